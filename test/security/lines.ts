/** What attackers print: one line for each attempt, see attackers/report.h. */
import type { Domain, ExecOptions } from '../../lib/index.js';

export interface AttackLine {
  /** Row of the catalogue, what is attacked, and by which way: `A-040/core_pattern/remount`. */
  readonly id: string;
  readonly isOpen: boolean;
  readonly errno: number;
}

const LINE = /^(\S+) (open|blocked) (-?\d+)$/;
const TIMEOUT_MS = 60_000;

/** @throws Error when the attacker has not come to its end: nothing is known then. */
export function parseLines(text: string): AttackLine[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.at(-1) !== 'END') throw new Error(`the attacker has not ended: ${lines.slice(-3).join(' | ')}`);
  return lines.flatMap((line) => {
    const [, id = '', verdict, errno] = LINE.exec(line) ?? [];
    return id === '' ? [] : [{ id, isOpen: verdict === 'open', errno: Number(errno) }];
  });
}

/** Runs an attacker as a command of the container. */
export async function attack(
  domain: Domain,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<AttackLine[]> {
  const settings = { stdin: 'ignore', timeoutMs: TIMEOUT_MS, ...options } as const;
  const { stdout, stderr } = await domain.exec(argv, { ...settings, encoding: 'utf8' });
  return parseLines(stdout + (stderr === '' ? '' : `\n${stderr}`));
}

/** The row of the catalogue. */
export function rowOf({ id }: AttackLine): string {
  return id.slice(0, id.indexOf('/'));
}

/** What has succeeded and is not meant to: one text for each thing, with the ways to it. */
export function evidenceOf(lines: readonly AttackLine[], allowed: readonly RegExp[] = []): string[] {
  const open = lines.filter(({ id, isOpen }) => isOpen && !allowed.some((pattern) => pattern.test(id)));
  const ways = new Map<string, string[]>();
  for (const { id } of open) {
    const [row, what = '', ...way] = id.split('/');
    const thing = `${row}/${what}`;
    ways.set(thing, [...(ways.get(thing) ?? []), way.join('/')]);
  }
  return [...ways].map(([thing, of]) => `${thing} ${of.join(' ')}`.trim());
}
