/** The program as a process of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(__dirname, '..', '..', 'lib', 'cli', 'main.ts');
const REGISTER = join(__dirname, 'register.cjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  /** Starts it; `-c` is given. */
  start(...argv: string[]): ChildProcessWithoutNullStreams;
  /** Runs it to its end, with this as stdin. */
  run(argv: readonly string[], stdin?: string): Promise<Ended>;
  /** A shell command line for tests of pipes: `$V` is the program. */
  shell(script: string): Promise<Ended>;
}

/** Call inside `describe`. */
export function useProgram(uri: () => string): Program {
  const cache = mkdtempSync(join(tmpdir(), 'virtainer-cli-'));
  afterAll(() => {
    rmSync(cache, { recursive: true, force: true });
  });
  const env = { ...process.env, VIRTAINER_TEST_CACHE: cache };
  const start = (...argv: string[]): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, ['-r', REGISTER, MAIN, '-c', uri(), ...argv], { env });
  return {
    start,
    run: (argv, stdin = '') => {
      const child = start(...argv);
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
      return ended(child);
    },
    shell: (script) => {
      const V = `${process.execPath} -r ${REGISTER} ${MAIN} -c ${uri()}`;
      return ended(spawn('/bin/bash', ['-c', script], { env: { ...env, V } }));
    },
  };
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const exit = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { ...end, stdout, stderr };
}
