/** What users read is run: the examples, and the snippets of the README. */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { createHostRoot } from '../lib/index.js';

const ROOT = join(__dirname, '..');
const needsRoot = process.getuid?.() === 0 ? test : test.skip;
const run = promisify(execFile);

async function withState(use: (uri: string) => Promise<void>): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'virtainer-test-'));
  try {
    await use(`lxc:///embed?root=${state}`);
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

const examples = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'));

const EXPECTED: Readonly<Record<string, RegExp>> = {
  'demo.ts':
    /demo is running \(booted\)[^]*stdout "demo", exit code 0[^]*Read-only file system[^]*Hello from process 1 of demo[^]*exitCode: 0[^]*<name>demo<\/name>/,
  'hello.ts': /^hello 0\n[^]*usr\n/,
  'limits.ts':
    /hard_limit: 32768,[^]*the hog ended by SIGKILL and the domain is running\npeak \d+ of 32768 KiB, 1 of 16 processes\n$/,
  'typed.ts': /SYSTEM_ERROR ENOENT cannot execute 'no-such-program' in domain 'typed'[^]*\[\]/,
  'events.ts': /listener: short started booted[^]*iterator: 2 stopped \{ exitCode: 3, signal: null \}/,
  'without-root.ts': /test \{ state: 'running', reason: '\w+' \}\nno container was used\n\[ 'test' \]/,
};

describe('examples', () => {
  test.each(examples)('%s has an expected output', (file) => {
    expect(EXPECTED).toHaveProperty([file]);
  });

  needsRoot.each(examples)('%s runs as root', (file) =>
    withState(async (uri) => {
      const script = join(ROOT, 'dist-examples', `${basename(file, '.ts')}.js`);
      const { stdout, stderr } = await run(process.execPath, [script], {
        env: { ...process.env, VIRTAINER_DEFAULT_URI: uri },
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(EXPECTED[file] ?? /^$/);
    }),
  );
});

describe('README', () => {
  const snippets = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(
    ([, code = '']) => code,
  );

  test('is not longer than 150 lines and has snippets', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(151);
    expect(snippets.length).toBeGreaterThanOrEqual(3);
  });

  needsRoot.each(snippets.map((code, index) => [index + 1, code] as const))(
    'snippet %d runs as it stands',
    (index, code) =>
      withState(async (uri) => {
        await using root = await createHostRoot();
        // Only the host's names are replaced: the state folder, and the directory that the reader would have.
        const usr = `<filesystem type='mount'><source dir='/usr'/><target dir='/usr'/><readonly/></filesystem>`;
        const source = code
          .replace('lxc:///system', uri)
          .replace(
            `<source dir='/srv/web'/><target dir='/'/></filesystem>`,
            `<source dir='${root.directory}'/><target dir='/'/></filesystem>${usr}`,
          );
        const { outputText } = transpileModule(source, {
          compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
        });
        const file = join(ROOT, 'dist-examples', `readme-${index}.mjs`);
        await writeFile(file, outputText);
        try {
          await run(process.execPath, [file]);
        } finally {
          await rm(file);
        }
      }),
  );
});
