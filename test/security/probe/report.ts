/** What the probe found: a line "ID open|blocked|n/a detail" for each gate. */

export const VERDICTS = ['open', 'blocked', 'n/a'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Finding {
  readonly id: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

export function parseReport(text: string): Finding[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, id = '', word = '', detail = ''] = /^(\S+) (\S+) ?(.*)$/.exec(line) ?? [];
      const verdict = VERDICTS.find((each) => each === word);
      if (verdict === undefined) throw new Error(`no line of the probe: '${line}'`);
      return { id, verdict, detail };
    });
}

export function openGates(findings: readonly Finding[]): string[] {
  return findings.filter(({ verdict }) => verdict === 'open').map(({ id }) => id);
}

/** For whoever reads the output of the tests. */
export function summarize(name: string, findings: readonly Finding[]): string {
  const counts = VERDICTS.map(
    (verdict) => `${findings.filter((finding) => finding.verdict === verdict).length} ${verdict}`,
  );
  const open = findings
    .filter(({ verdict }) => verdict === 'open')
    .map(({ id, detail }) => `  ${id}: ${detail}`);
  return [`probe in ${name}: ${counts.join(', ')}`, ...open, ''].join('\n');
}
