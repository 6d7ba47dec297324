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

test('the controller is sealed once and stays that copy', () => {
  copyFileSync(addonPath, join(root, 'build/Release/virtainer.node'));
  writeFileSync(join(root, 'build/Release/virtainer-controller'), 'program');
  const first = "m.controllerExecutable(), require('node:fs').writeFileSync(m.controllerPath(), 'changed')";
  const content = "require('node:fs').readFileSync(`/proc/self/fd/${m.controllerExecutable()}`, 'utf8')";
  expect(evaluate(`(${first}, ${content})`)).toBe('program');
  expect(evaluate('m.controllerExecutable() === m.controllerExecutable()')).toBe(true);
});
