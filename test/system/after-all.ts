/**
 * Adds up the attacks, and fails the whole run when one has succeeded or many are missing, and when the host has
 * something of ours that it did not have before.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addUp, clearCounts, describeCounts, readCounts } from '../security/counts';
import { takeStock, unreapedControllers } from './leaks';

const PATIENCE_MS = 2000;
/** Some hosts' process 1 looks after what has ended only every few seconds. */
const REAPING_MS = 10_000;
const ATTACKS = join(__dirname, '..', 'security', 'attacks');
/** All files of attacks together make more, on every host where containers start. */
const LEAST_ATTEMPTS = 250;

/** What Jest tells of the run, as far as it matters here. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
  readonly shard?: unknown;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
  readonly findRelatedTests: boolean;
}

export default async function afterAllTests(run: Run): Promise<void> {
  const problems = attackProblems(run);
  const before = globalThis.stockBefore ?? new Set<string>();
  const left = (): string[] => [...takeStock()].filter((item) => !before.has(item));
  // A process that was just killed by a test that does not wait for it needs a moment.
  for (const end = Date.now() + PATIENCE_MS; left().length > 0 && Date.now() < end;) await delay(50);
  if (left().length > 0) problems.push(`the tests left this behind:\n${left().join('\n')}`);
  problems.push(...(await unreaped()));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/**
 * A controller leaves the process tree of whoever started it: when it has ended, it is the host's process 1 that makes
 * it vanish. The run is over when nothing of ours is left, not even that.
 */
async function unreaped(): Promise<readonly string[]> {
  for (const end = Date.now() + REAPING_MS; unreapedControllers().length > 0 && Date.now() < end;)
    await delay(50);
  const left = unreapedControllers().map(
    ({ pid, name, parent }) =>
      [parent, `process ${pid} (${name}) has ended, and its parent ${parent} does not reap it`] as const,
  );
  // In a container whose process 1 is no init, nobody could.
  for (const [parent, text] of left) if (parent === '1') process.stdout.write(`${text}\n`);
  return left.filter(([parent]) => parent !== '1').map(([, text]) => text);
}

function attackProblems(run: Run): string[] {
  const counts = readCounts();
  clearCounts();
  const all = addUp(counts);
  if (counts.length > 0) process.stdout.write(`${describeCounts(all)}\n`);
  if (process.getuid?.() !== 0 || !hasEveryAttack(run)) return [];
  return [
    ...(all.attempts < LEAST_ATTEMPTS
      ? [`only ${all.attempts} attacks were made, ${LEAST_ATTEMPTS} or more were to be`]
      : []),
    ...(all.succeeded.length > 0 ? [`${all.succeeded.length} attacks succeeded`] : []),
  ];
}

/** Whether the whole folder was to be run, not some files or tests of it. */
function hasEveryAttack(run: Run): boolean {
  if (run.testNamePattern !== undefined && run.testNamePattern !== '') return false;
  if (run.shard !== undefined || run.onlyChanged || run.onlyFailures || run.findRelatedTests) return false;
  const { patterns } = run.testPathPatterns;
  const matches = (file: string): boolean => patterns.some((pattern) => new RegExp(pattern, 'iu').test(file));
  const files = readdirSync(ATTACKS).filter((name) => name.endsWith('.test.ts'));
  return patterns.length === 0 || files.every((name) => matches(join(ATTACKS, name)));
}
