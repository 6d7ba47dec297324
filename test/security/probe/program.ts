/** The probe as a program: compiled once per run, then put into the root of a container with what to look for. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A compiled probe. */
export interface Program {
  readonly path: string;
  readonly rows: readonly Row[];
  remove(): void;
}

/** A gate, and the file or system call without which this host has no such gate. */
export interface Row {
  readonly id: string;
  readonly subject: string;
}

/** Where it is in a container. */
export const PROBE = '/probe/probe';
export const FACTS = '/probe/facts';

/** `undefined` on a host without a compiler or a static C library. */
export function compileProbe(): Program | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'virtainer-probe-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const path = join(folder, 'probe');
  const compile = (...source: string[]) =>
    spawnSync('cc', ['-static', '-O1', '-Wall', '-Wextra', '-o', path, ...source], {
      encoding: 'utf8',
      input: 'int main(void) { return 0; }',
    });
  if (compile('-x', 'c', '-').status !== 0) {
    remove();
    return undefined;
  }
  const { status, stderr } = compile(...sources());
  if (status !== 0) throw new Error(stderr);
  return { path, rows: listRows(path), remove };
}

function sources(): string[] {
  return readdirSync(__dirname)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(__dirname, name));
}

function listRows(path: string): Row[] {
  const { stdout } = spawnSync(path, ['--list'], { encoding: 'utf8' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [id = '', subject = ''] = line.split(' ');
      return { id, subject };
    });
}

/** Puts the probe into a root directory on the host, where everybody can run it. */
export function installProbe(program: Program, root: string, facts: readonly string[]): void {
  const folder = join(root, 'probe');
  mkdirSync(folder, { recursive: true });
  copyFileSync(program.path, join(root, PROBE));
  writeFileSync(join(root, FACTS), `${facts.join('\n')}\n`);
  for (const path of [folder, join(root, PROBE)]) chmodSync(path, 0o755);
  chmodSync(join(root, FACTS), 0o644);
}
