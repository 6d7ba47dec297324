/** Runs the careless step of attackers/naive.c. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Evidence } from './harness.js';

export interface Naive {
  readonly mode: 'mount' | 'create' | 'bind' | 'options' | 'cwd';
  /** Where it should stay. */
  readonly folder: string;
  readonly path: string;
  readonly rounds?: number;
  readonly source?: string;
}

/** More rounds than anybody needs to win a race. */
export const RACING_ROUNDS = 100_000_000;

/** In more than one round it looks at the path first, and stops when it was outside. */
export async function naively(
  program: string,
  { mode, folder, path, rounds = 1, source }: Naive,
): Promise<Evidence> {
  const argv = [mode, folder, path, String(rounds), ...(source === undefined ? [] : [source])];
  const { stdout } = await promisify(execFile)(program, argv);
  return Number(stdout) > 0 ? [`${path} has led outside`] : [];
}
