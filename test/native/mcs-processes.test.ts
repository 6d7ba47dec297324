/** A-101: several processes reserve pairs of categories at the same time, in the same registry. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry } from '../../lib/lxc/security/label/registry.js';

const PROCESSES = 4;
const PAIRS = 60;
const DIST = join(__dirname, '../../dist/lxc/security/label');
const folder = mkdtempSync(join(tmpdir(), 'virtainer-mcs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** 24 categories make 276 pairs: most of the 240 that are asked for are found taken at the first try. */
const SCRIPT = `
const { openRegistry } = require(${JSON.stringify(`${DIST}/registry.js`)});
const { reservePair } = require(${JSON.stringify(`${DIST}/selinux/mcs.js`)});
const categories = Array.from({ length: 24 }, (_, index) => index);
const registry = openRegistry(process.argv[1], 'mcs');
process.stdin.once('data', () => {
  const pairs = [];
  for (let count = 0; count < ${PAIRS}; count++) pairs.push(reservePair(registry, { sensitivity: 's0', categories }));
  process.stdout.write(pairs.map(({ range }) => range).join(' ') + '\\n');
});
process.stdin.on('end', () => process.exit(0));
`;

const built = existsSync(`${DIST}/selinux/mcs.js`);
(built ? test : test.skip)(
  'no pair is given twice while its holder lives, and all are free afterwards',
  async () => {
    const children = Array.from({ length: PROCESSES }, () =>
      spawn(process.execPath, ['-e', SCRIPT, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const answers = children.map(async ({ stdout }) => {
      let text = '';
      for await (const chunk of stdout as AsyncIterable<Buffer>) {
        text += chunk.toString();
        if (text.endsWith('\n')) break;
      }
      return text.trim().split(' ');
    });
    for (const { stdin } of children) stdin.write('go');
    const pairs = (await Promise.all(answers)).flat();
    expect(pairs).toHaveLength(PROCESSES * PAIRS);
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const pair of pairs) expect(pair).toMatch(/^s0:c(\d+),c(?!\1$)\d+$/u);
    const ends = children.map((child) => once(child, 'exit'));
    for (const { stdin } of children) stdin.end();
    await Promise.all(ends);
    const registry = openRegistry(folder, 'mcs');
    for (const name of readdirSync(join(folder, 'mcs'))) {
      const lock = registry.tryAcquire(name);
      expect([name, lock !== undefined]).toEqual([name, true]);
      lock?.remove();
    }
  },
  60_000,
);
