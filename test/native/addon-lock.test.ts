import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../lib/lxc/native';

const addon = native();
const addonPath = require.resolve('../../build/Release/virtainer.node');
const folder = mkdtempSync(join(tmpdir(), 'virtainer-lock-'));
const file = join(folder, 'lock');
const holders: ChildProcess[] = [];
const fds: number[] = [];

function open(): number {
  const fd = openSync(file, 'a');
  fds.push(fd);
  return fd;
}

function close(fd: number): void {
  fds.splice(fds.indexOf(fd), 1);
  closeSync(fd);
}

/** Another process that has the lock until something arrives on its stdin. */
async function holder(): Promise<ChildProcess> {
  const script = `
    const addon = require(process.argv[1]);
    const fd = require('node:fs').openSync(process.argv[2], 'a');
    console.log(addon.tryLock(fd));
    process.stdin.once('data', () => { addon.unlock(fd); console.log('released'); });`;
  const child = spawn(process.execPath, ['-e', script, addonPath, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(child);
  expect(String((await once(child.stdout, 'data'))[0])).toBe('true\n');
  return child;
}

afterEach(() => {
  holders.splice(0).forEach((child) => child.kill('SIGKILL'));
  fds.splice(0).forEach((fd) => {
    closeSync(fd);
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('tryLock() excludes another open file until unlock()', () => {
  const [one, other] = [open(), open()];
  expect(addon.tryLock(one)).toBe(true);
  expect(addon.tryLock(one)).toBe(true);
  expect(addon.tryLock(other)).toBe(false);
  addon.unlock(one);
  expect(addon.tryLock(other)).toBe(true);
});

test('a descriptor that is not open is EBADF of flock', async () => {
  const wrong = expect.objectContaining({ code: 'EBADF', errno: -9, syscall: 'flock' }) as Error;
  expect(() => addon.tryLock(99999)).toThrow(wrong);
  expect(() => {
    addon.unlock(99999);
  }).toThrow(wrong);
  await expect(addon.lock(99999, 0)).rejects.toEqual(wrong);
});

describe('lock()', () => {
  test('of a free file is true at once, also with timeout 0', async () => {
    expect(await addon.lock(open(), 0)).toBe(true);
  });

  test('held by another process is false at the timeout and true after the release', async () => {
    const child = await holder();
    expect(await addon.lock(open(), 0)).toBe(false);
    expect(await addon.lock(open(), 10)).toBe(false);
    const fd = open();
    const waiting = addon.lock(fd, Infinity);
    child.stdin?.write('go');
    expect(await waiting).toBe(true);
    expect(addon.tryLock(open())).toBe(false);
    addon.unlock(fd);
  });

  test('comes free when SIGKILL ends the holder', async () => {
    const child = await holder();
    const waiting = addon.lock(open(), 1e6);
    child.kill('SIGKILL');
    expect(await waiting).toBe(true);
  });

  test('serves 50 waiters one after the other, and leaves the pool of libuv free', async () => {
    const first = open();
    addon.tryLock(first);
    let inside = 0;
    let served = 0;
    const waiters = Array.from({ length: 50 }, async () => {
      const fd = open();
      expect(await addon.lock(fd, Infinity)).toBe(true);
      expect(++inside).toBe(1);
      await stat(file);
      inside--;
      served++;
      addon.unlock(fd);
    });
    addon.unlock(first);
    await Promise.all(waiters);
    expect(served).toBe(50);
  });

  test('an open file that is waited for, or was in vain, cannot be locked again', async () => {
    const [first, second] = [open(), open()];
    addon.tryLock(first);
    const waiting = addon.lock(second, 10);
    await expect(addon.lock(second, 10)).rejects.toMatchObject({ code: 'EALREADY' });
    expect(await waiting).toBe(false);
    expect(() => addon.tryLock(second)).toThrow(expect.objectContaining({ code: 'EALREADY' }) as Error);
    addon.unlock(first);
    // The waiting thread gives back what it got too late.
    expect(await addon.lock(open(), Infinity)).toBe(true);
  });

  test('goes on when its descriptor is closed, and gives the lock back', async () => {
    const first = open();
    addon.tryLock(first);
    const second = open();
    const waiting = addon.lock(second, Infinity);
    close(second);
    addon.unlock(first);
    expect(await waiting).toBe(true);
    expect(addon.tryLock(open())).toBe(true);
  });

  test('does not keep the process alive after the timeout', () => {
    const fd = open();
    addon.tryLock(fd);
    const script = `
      const addon = require(process.argv[1]);
      addon.lock(require('node:fs').openSync(process.argv[2], 'a'), 10).then((got) => console.log(got));`;
    const child = spawnSync(process.execPath, ['-e', script, addonPath, file], { encoding: 'utf8' });
    expect(child).toMatchObject({ status: 0, stdout: 'false\n' });
  });

  test('does not stand in the way of process.exit()', () => {
    const fd = open();
    addon.tryLock(fd);
    const script = `
      const addon = require(process.argv[1]);
      addon.lock(require('node:fs').openSync(process.argv[2], 'a'), Infinity);
      setImmediate(() => process.exit(7));`;
    expect(spawnSync(process.execPath, ['-e', script, addonPath, file]).status).toBe(7);
  });

  test('2000 locks, and 2000 that had to wait, leave no descriptor behind', async () => {
    const [one, other] = [open(), open()];
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 1000; round++) {
      expect(await addon.lock(one, 1)).toBe(true);
      const waiting = addon.lock(other, Infinity);
      addon.unlock(one);
      expect(await waiting).toBe(true);
      const back = addon.lock(one, Infinity);
      addon.unlock(other);
      expect(await back).toBe(true);
      addon.unlock(one);
    }
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});
