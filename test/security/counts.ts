/** Counts of attacks over all test files, which run in processes of their own: one small file from each. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Counts {
  readonly name: string;
  readonly attempts: number;
  readonly succeeded: readonly string[];
  readonly notApplicable: readonly string[];
  /** Attacks that have been seen to succeed against a weakened container. */
  readonly teeth: number;
  /** Attacks without such a proof, and why. */
  readonly toothless: readonly string[];
}

const FOLDER = process.env.ATTACK_COUNTS ?? join(tmpdir(), `attack-counts-${process.getuid?.() ?? 0}`);

export function clearCounts(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}

export function writeCounts(counts: Counts): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${counts.name}.json`), JSON.stringify(counts));
}

export function readCounts(): Counts[] {
  try {
    return readdirSync(FOLDER)
      .toSorted()
      .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Counts);
  } catch {
    return []; // No attack has run.
  }
}

/** `attacks mounts: 40 attempts, 0 succeeded, ...`, with the reasons of what was left out. */
export function describeCounts({ name, ...counts }: Counts): string {
  const { attempts, succeeded, notApplicable, teeth, toothless } = counts;
  const line =
    `attacks ${name}: ${attempts} attempts, ${succeeded.length} succeeded, ` +
    `${notApplicable.length} not applicable, teeth shown for ${teeth}, not for ${toothless.length}`;
  const details = [
    ...succeeded.map((text) => `succeeded: ${text}`),
    ...notApplicable.map((text) => `not applicable: ${text}`),
    ...toothless.map((text) => `without teeth check: ${text}`),
  ];
  return [line, ...details.map((text) => `  ${text}`)].join('\n');
}

export function addUp(all: readonly Counts[]): Counts {
  return {
    name: 'in all',
    attempts: all.reduce((sum, { attempts }) => sum + attempts, 0),
    succeeded: all.flatMap(({ succeeded }) => succeeded),
    notApplicable: all.flatMap(({ notApplicable }) => notApplicable),
    teeth: all.reduce((sum, { teeth }) => sum + teeth, 0),
    toothless: all.flatMap(({ toothless }) => toothless),
  };
}
