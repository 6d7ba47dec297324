import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments, readArguments } from '../../../../lib/lxc/statistics/command-line.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'virtainer-arguments-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('arguments end with NUL, may be empty, and may hold anything else', () => {
  expect(parseArguments('sh\0-c\0a b\nc\0\0')).toEqual(['sh', '-c', 'a b\nc', '']);
  expect(parseArguments('nginx: worker')).toEqual(['nginx: worker']);
  expect(parseArguments('')).toEqual([]);
});

test('a command line without end is cut', async () => {
  const path = join(directory, 'cmdline');
  writeFileSync(path, 'x'.repeat(1_000_000));
  const [argument = '', ...rest] = await readArguments(path);
  expect(argument.length).toBe(32 * 1024);
  expect(rest).toEqual([]);
});

test('one that can not be read in time is left out, and later ones are read again', async () => {
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  expect(await Promise.all([readArguments(path), readArguments(path)])).toEqual([[], []]);
  // Two threads are occupied now: a third one is not given up, so nothing is waited for.
  const soon = new Promise((resolve) => setImmediate(resolve, 'late'));
  expect(await Promise.race([readArguments(path), soon])).toEqual([]);
  writeFileSync(path, '');
  const own = `/proc/${process.pid}/cmdline`;
  while ((await readArguments(own)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a process that is gone has none', async () => {
  expect(await readArguments(join(directory, 'absent'))).toEqual([]);
});
