/** lib/lxc/native.ts in a package folder of its own, where the addon is absent, prebuilt or for another Node. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const addonPath = require.resolve('../../build/Release/virtainer.node');
const abi = `abi${process.versions.modules}`;
let root: string;
let prebuilds: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'virtainer-package-'));
  prebuilds = join(root, 'prebuilds', `linux-${process.arch}`);
  for (const folder of [join(root, 'dist/lxc'), prebuilds, join(root, 'build/Release')]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const name of ['errors', 'lxc/native']) {
    const source = readFileSync(join(__dirname, '../../lib', `${name}.ts`), 'utf8');
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
    writeFileSync(join(root, 'dist', `${name}.js`), transpileModule(source, { compilerOptions }).outputText);
  }
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Runs an expression over the module `m` in a fresh process; an error's code, message and hint are its value. */
function evaluate(expression: string): unknown {
  const script = `
    const m = require(process.argv[1]);
    let value;
    try { value = ${expression}; } catch ({ code, message, hint }) { value = { code, message, hint }; }
    console.log(JSON.stringify(value));`;
  const path = join(root, 'dist/lxc/native.js');
  return JSON.parse(execFileSync(process.execPath, ['-e', script, path], { encoding: 'utf8' }));
}

test('without an addon the module loads, and native() names the command that builds it', () => {
  expect(evaluate('typeof m.native')).toBe('function');
  expect(evaluate('m.native()')).toMatchObject({
    code: 'INTERNAL_ERROR',
    message: 'cannot load the addon: it was not built',
    hint: expect.stringContaining('npm run build:native') as string,
  });
});

test('a prebuilt addon for this Node comes before the one built here, and the controller is beside it', () => {
  copyFileSync(addonPath, join(prebuilds, `virtainer.${abi}.glibc.node`));
  writeFileSync(join(root, 'build/Release/virtainer.node'), 'broken');
  expect(evaluate('m.controllerPath()')).toMatchObject({ code: 'INTERNAL_ERROR' });
  writeFileSync(join(prebuilds, 'virtainer-controller'), 'program');
  expect(evaluate('m.controllerPath()')).toBe(join(prebuilds, 'virtainer-controller'));
});

test('a prebuilt addon for another Node, or another libc, is passed over', () => {
  writeFileSync(join(prebuilds, 'virtainer.abi1.node'), 'broken');
  writeFileSync(join(prebuilds, `virtainer.${abi}.musl.node`), 'broken');
  copyFileSync(addonPath, join(root, 'build/Release/virtainer.node'));
  writeFileSync(join(root, 'build/Release/virtainer-controller'), 'program');
  expect(evaluate('m.controllerPath()')).toBe(join(root, 'build/Release/virtainer-controller'));
});

test('an addon that cannot be loaded tells why', () => {
  writeFileSync(join(root, 'build/Release/virtainer.node'), 'broken');
  expect(evaluate('m.native()')).toMatchObject({
    code: 'INTERNAL_ERROR',
    message: expect.stringContaining('file too short') as string,
  });
});

/** Takes the bits away that F_SEAL_EXEC keeps from fchmod: by an ACL, as root of a container can. */
const TAKE_MODE_AWAY = `
  my %numbers = (x64 => 188, arm64 => 5);
  my $acl = pack 'V(vvV)3', 2, map { ($_, 4, 0xffffffff) } 1, 4, 0x20;
  my ($path, $name) = ($ARGV[1], 'system.posix_acl_access');
  syscall($numbers{$ARGV[0]}, $path, $name, $acl, length $acl, 0) == 0 or die $!;`;

test('the controller is sealed anew when somebody has made it unexecutable', () => {
  copyFileSync(addonPath, join(root, 'build/Release/virtainer.node'));
  writeFileSync(join(root, 'build/Release/virtainer-controller'), 'program');
  const mode = "require('node:fs').fstatSync(m.controllerExecutable()).mode & 0o777";
  const path = '`/proc/${process.pid}/fd/${m.controllerExecutable()}`';
  const perl = `require('node:child_process').spawnSync('perl', ['-e', ${JSON.stringify(TAKE_MODE_AWAY)}, process.arch, ${path}]).status`;
  const fds = "require('node:fs').readdirSync('/proc/self/fd').length";
  const direct = `require('node:fs').statSync(path).mode & 0o777`;
  const expression = `((path, before) => [${mode}, ${perl}, ${direct}, ${mode}, ${fds} - before])(${path}, ${fds})`;
  const result = evaluate(expression) as number[];
  if (result[1] !== 0) {
    console.warn('skipped: no ACL can be set');
    return;
  }
  expect(result).toEqual([0o555, 0, 0o444, 0o555, 0]);
});

test('the controller is sealed once and stays that copy', () => {
  copyFileSync(addonPath, join(root, 'build/Release/virtainer.node'));
  writeFileSync(join(root, 'build/Release/virtainer-controller'), 'program');
  const first = "m.controllerExecutable(), require('node:fs').writeFileSync(m.controllerPath(), 'changed')";
  const content = "require('node:fs').readFileSync(`/proc/self/fd/${m.controllerExecutable()}`, 'utf8')";
  expect(evaluate(`(${first}, ${content})`)).toBe('program');
  expect(evaluate('m.controllerExecutable() === m.controllerExecutable()')).toBe(true);
});
