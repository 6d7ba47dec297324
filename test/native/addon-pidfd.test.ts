import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readdirSync } from 'node:fs';
import { native } from '../../lib/lxc/native';

const addon = native();
const children: ChildProcess[] = [];

function sleeper(): { child: ChildProcess; pidfd: number } {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  children.push(child);
  return { child, pidfd: addon.pidfdOpen(child.pid ?? 0) };
}

afterEach(() => {
  children.splice(0).forEach((child) => child.kill('SIGKILL'));
});

test('pidfdOpen() of a process that does not exist is ESRCH', () => {
  expect(() => addon.pidfdOpen(2 ** 22 + 1)).toThrow(
    expect.objectContaining({ code: 'ESRCH', errno: -3, syscall: 'pidfd_open' }) as Error,
  );
});

test('pidfdSendSignal() checks with 0, kills, and is ESRCH after the process was reaped', async () => {
  const { child, pidfd } = sleeper();
  const exited = once(child, 'exit');
  addon.pidfdSendSignal(pidfd, 0);
  addon.pidfdSendSignal(pidfd, 15);
  expect(await exited).toEqual([null, 'SIGTERM']);
  expect(() => {
    addon.pidfdSendSignal(pidfd, 0);
  }).toThrow(expect.objectContaining({ code: 'ESRCH', syscall: 'pidfd_send_signal' }) as Error);
  closeSync(pidfd);
});

describe('pidfdWait()', () => {
  test('is false at the timeout and true when the process has ended', async () => {
    const { pidfd } = sleeper();
    expect(await addon.pidfdWait(pidfd, 0)).toBe(false);
    expect(await addon.pidfdWait(pidfd, 5)).toBe(false);
    const waiting = [
      addon.pidfdWait(pidfd, Infinity),
      addon.pidfdWait(pidfd, 1e6),
      addon.pidfdWait(pidfd, 1e300),
    ];
    addon.pidfdSendSignal(pidfd, 9);
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    expect(await addon.pidfdWait(pidfd, 0)).toBe(true);
    closeSync(pidfd);
  });

  test('goes on when its descriptor is closed', async () => {
    const { child, pidfd } = sleeper();
    const waiting = addon.pidfdWait(pidfd, Infinity);
    closeSync(pidfd);
    child.kill('SIGKILL');
    expect(await waiting).toBe(true);
  });

  test('rejects for what is not open and for what cannot be polled', async () => {
    await expect(addon.pidfdWait(99999, 10)).rejects.toMatchObject({ code: 'EBADF', syscall: 'poll' });
  });

  test('keeps the process alive while it waits, and not longer', () => {
    const script = `
      const addon = require(process.argv[1]);
      const child = require('node:child_process').spawn('sleep', ['0.1'], { stdio: 'ignore' });
      const pidfd = addon.pidfdOpen(child.pid);
      child.unref();
      addon.pidfdWait(pidfd, 1e9).then((ended) => console.log(ended));`;
    const path = require.resolve('../../build/Release/virtainer.node');
    const child = spawnSync(process.execPath, ['-e', script, path], { encoding: 'utf8' });
    expect(child).toMatchObject({ status: 0, stdout: 'true\n' });
  });

  test('2000 waits leave no descriptor behind', async () => {
    const { pidfd } = sleeper();
    await addon.pidfdWait(pidfd, 1);
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 100 }, () => addon.pidfdWait(pidfd, 1)));
    }
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    closeSync(pidfd);
  });
});
