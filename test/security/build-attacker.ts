/** Attackers are static C programs: they need nothing of the container they are put into. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCES = join(__dirname, 'attackers');
const FLAGS = ['-static', '-O1', '-Wall', '-Wextra', '-Werror', '-pthread'];

export const hasCompiler = canCompile();
/** Added to the name of what is skipped. */
export const COMPILER_REASON = hasCompiler ? '' : ' (skipped: needs cc and a static libc)';

/** Builds `attackers/NAME.c` as a library, for roots whose own programs load it. */
export function buildLibrary(path: string, name: string): void {
  const command = ['-shared', '-fPIC', '-Wall', '-o', path, join(SOURCES, `${name}.c`)];
  execFileSync('cc', command, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Call inside `describe`: builds `attackers/NAME.c` before the tests, and gives the path of the program. */
export function useAttackers<Name extends string>(...names: readonly Name[]): (name: Name) => string {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attackers-'));
    for (const name of names) build(join(folder, name), join(SOURCES, `${name}.c`));
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}

function build(program: string, ...source: readonly string[]): void {
  execFileSync('cc', [...FLAGS, '-o', program, ...source], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function canCompile(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'attackers-'));
  const command = ['-static', '-x', 'c', '-o', join(folder, 'empty'), '-'];
  const { status } = spawnSync('cc', command, { input: 'int main(void) { return 0; }' });
  rmSync(folder, { recursive: true });
  return status === 0;
}
