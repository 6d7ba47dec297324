import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../lib/lxc/native';

const addon = native();
const addonPath = require.resolve('../../build/Release/virtainer.node');
const folder = mkdtempSync(join(tmpdir(), 'virtainer-range-'));
const file = join(folder, 'ranges');
const EXCLUSIVE = { shared: false };
const SHARED = { shared: true };
const fds: number[] = [];

function open(flags = 'a+'): number {
  const fd = openSync(file, flags);
  fds.push(fd);
  return fd;
}

afterEach(() => {
  for (const fd of fds.splice(0)) closeSync(fd);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('ranges that overlap exclude each other, others do not', () => {
  const [one, other] = [open(), open()];
  expect(addon.tryLockRange(one, 10, 10, EXCLUSIVE)).toBe(true);
  for (const [start, count] of [
    [10, 10],
    [0, 11],
    [19, 1],
    [0, 2 ** 40],
  ] as const) {
    expect(addon.tryLockRange(other, start, count, EXCLUSIVE)).toBe(false);
    expect(addon.tryLockRange(other, start, count, SHARED)).toBe(false);
  }
  expect(addon.tryLockRange(other, 0, 10, EXCLUSIVE)).toBe(true);
  expect(addon.tryLockRange(other, 20, 10, EXCLUSIVE)).toBe(true);
});

test('shared ranges may overlap, and keep an exclusive one away', () => {
  const [one, two, three] = [open(), open(), open()];
  expect(addon.tryLockRange(one, 0, 10, SHARED)).toBe(true);
  expect(addon.tryLockRange(two, 5, 10, SHARED)).toBe(true);
  expect(addon.tryLockRange(three, 14, 1, EXCLUSIVE)).toBe(false);
  expect(addon.tryLockRange(three, 15, 1, EXCLUSIVE)).toBe(true);
});

test('an open file may have several ranges; closing it gives all back', () => {
  const [one, other] = [openSync(file, 'a+'), open()];
  expect(addon.tryLockRange(one, 0, 1, EXCLUSIVE)).toBe(true);
  expect(addon.tryLockRange(one, 2 ** 53 - 2, 1, EXCLUSIVE)).toBe(true);
  expect(addon.tryLockRange(other, 0, 2 ** 53 - 1, EXCLUSIVE)).toBe(false);
  closeSync(one);
  expect(addon.tryLockRange(other, 0, 2 ** 53 - 1, EXCLUSIVE)).toBe(true);
});

test('another open of the same file that is closed takes nothing away', () => {
  const one = open();
  addon.tryLockRange(one, 0, 1, EXCLUSIVE);
  closeSync(openSync(file, 'a+'));
  expect(addon.tryLockRange(open(), 0, 1, EXCLUSIVE)).toBe(false);
});

test('an exclusive lock needs a file open for writing, a shared one does not', () => {
  open();
  const reading = open('r');
  expect(() => addon.tryLockRange(reading, 0, 1, EXCLUSIVE)).toThrow(
    expect.objectContaining({ code: 'EBADF', syscall: 'fcntl' }) as Error,
  );
  expect(addon.tryLockRange(reading, 0, 1, SHARED)).toBe(true);
});

test('a lock outlives its maker as long as another process has a copy of the descriptor', async () => {
  const one = openSync(file, 'a+');
  addon.tryLockRange(one, 0, 10, EXCLUSIVE);
  const child = spawn('/bin/sleep', ['60'], { stdio: ['ignore', 'ignore', 'inherit', one] });
  await once(child, 'spawn');
  closeSync(one);
  const other = open();
  expect(addon.tryLockRange(other, 0, 10, EXCLUSIVE)).toBe(false);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(addon.tryLockRange(other, 0, 10, EXCLUSIVE)).toBe(true);
});

test('a process that is killed gives its ranges back', async () => {
  const script = `
    const addon = require(process.argv[1]);
    const fd = require('node:fs').openSync(process.argv[2], 'a+');
    console.log(addon.tryLockRange(fd, 0, 65536, { shared: false }));
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script, addonPath, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  expect(String((await once(child.stdout, 'data'))[0])).toBe('true\n');
  const fd = open();
  expect(addon.tryLockRange(fd, 65535, 1, SHARED)).toBe(false);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(addon.tryLockRange(fd, 65535, 1, SHARED)).toBe(true);
});
