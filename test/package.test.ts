/** The package as its users get it: packed, unpacked elsewhere, imported and required. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../lib/index.js';

const ROOT = join(__dirname, '..');

describe('the packed package', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'virtainer-pack-'));
    const output = execFileSync('npm', ['pack', '--json', '--pack-destination', directory], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ filename }] = JSON.parse(output.slice(output.indexOf('['))) as [{ filename: string }];
    mkdirSync(join(directory, 'node_modules', 'virtainer'), { recursive: true });
    execFileSync('tar', ['xzf', filename, '-C', 'node_modules/virtainer', '--strip-components=1'], {
      cwd: directory,
    });
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    for (const name of [...Object.keys(dependencies), 'sax', 'xmlbuilder']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name));
    }
  }, 120_000);
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const node = (...args: string[]): string =>
    execFileSync(process.execPath, args, { cwd: directory, encoding: 'utf8' }).trim();

  test('can be imported and required, with one identity of its classes', () => {
    const script = `import { VirtError } from 'virtainer'; import { createRequire } from 'node:module';
      const required = createRequire(process.cwd() + '/x.js')('virtainer');
      console.log(required.VirtError === VirtError);`;
    expect(node('--input-type=module', '-e', script)).toBe('true');
  });

  test('has its own native part', () => {
    const script = `const { native, controllerPath } = require('./node_modules/virtainer/dist/lxc/native.js');
      native().pipe(); console.log(controllerPath());`;
    expect(node('-e', script)).toContain(`node_modules/virtainer/prebuilds/linux-${process.arch}/`);
  });

  test('has the program', () => {
    expect(node('node_modules/virtainer/dist/cli/main.js', '--version')).toBe(VERSION);
    expect(node('node_modules/virtainer/dist/cli/main.js', '-c', 'test:///default', 'list', '--name')).toBe(
      'test',
    );
  });
});
