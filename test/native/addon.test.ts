/** The addon's calls that only return: descriptors, sealed memory, openat2, and what every call has in common. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { AT_FDCWD, O_PATH, RESOLVE, native } from '../../lib/lxc/native';

const addon = native();
const folder = mkdtempSync(join(tmpdir(), 'virtainer-addon-'));
const CLOEXEC = 0o2000000;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function openFlags(fd: number): number {
  const line = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
  return parseInt(line?.[1] ?? '0', 8);
}

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('the call did not throw');
}

function openFds(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('socketpair() and pipe()', () => {
  test('a socketpair carries bytes both ways and is close-on-exec', () => {
    const [one, other] = addon.socketpair();
    const buffer = Buffer.alloc(4);
    writeSync(one, 'ping');
    expect(readSync(other, buffer)).toBe(4);
    writeSync(other, 'pong');
    readSync(one, buffer);
    expect(buffer.toString()).toBe('pong');
    expect(fstatSync(one).isSocket()).toBe(true);
    for (const fd of [one, other]) expect(openFlags(fd) & CLOEXEC).toBe(CLOEXEC);
    [one, other].forEach((fd) => {
      closeSync(fd);
    });
  });

  test('a pipe is read from its first end, and both ends are close-on-exec', () => {
    const [from, to] = addon.pipe();
    const buffer = Buffer.alloc(4);
    writeSync(to, 'text');
    readSync(from, buffer);
    expect(buffer.toString()).toBe('text');
    for (const fd of [from, to]) expect(openFlags(fd) & CLOEXEC).toBe(CLOEXEC);
    closeSync(to);
    expect(readSync(from, buffer)).toBe(0);
    closeSync(from);
  });
});

describe('memfd()', () => {
  test('gives the whole content from offset 0', () => {
    const data = Buffer.alloc(3 * 1024 * 1024, 'abc');
    const fd = addon.memfd('plan', data, { executable: false });
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toContain('memfd:plan');
    expect(readFileSync(fd).equals(data)).toBe(true);
    expect(openFlags(fd) & CLOEXEC).toBe(CLOEXEC);
    closeSync(fd);
  });

  test('takes a view of a larger buffer, and no data at all', () => {
    const view = new Uint8Array(new TextEncoder().encode('0123456789').buffer, 2, 3);
    const fd = addon.memfd('view', view, { executable: false });
    expect(readFileSync(fd, 'utf8')).toBe('234');
    closeSync(fd);
    const empty = addon.memfd('', new Uint8Array(), { executable: false });
    expect(fstatSync(empty).size).toBe(0);
    closeSync(empty);
  });

  test.each([true, false])('with executable %s it can be neither written, shrunk nor grown', (executable) => {
    const fd = addon.memfd('sealed', Buffer.from('fixed'), { executable });
    for (const change of [
      () => writeSync(fd, 'x', 0),
      () => {
        ftruncateSync(fd, 1);
      },
      () => {
        ftruncateSync(fd, 100);
      },
    ]) {
      expect(caught(change)).toMatchObject({ code: 'EPERM' });
    }
    expect(readFileSync(`/proc/self/fd/${fd}`, 'utf8')).toBe('fixed');
    closeSync(fd);
  });

  test('nobody can make an executable one unexecutable by its mode', () => {
    const fd = addon.memfd('sealed', Buffer.from('fixed'), { executable: true });
    expect(fstatSync(fd).mode & 0o7777).toBe(0o555);
    const [major = 0, minor = 0] = release().split('.').map(Number);
    if (major > 6 || (major === 6 && minor >= 3)) {
      for (const mode of [0, 0o444, 0o100]) {
        expect(
          caught(() => {
            fchmodSync(fd, mode);
          }),
        ).toMatchObject({ code: 'EPERM' });
      }
      expect(fstatSync(fd).mode & 0o7777).toBe(0o555);
    }
    closeSync(fd);
  });

  test('its seals are WRITE, SHRINK, GROW and SEAL', () => {
    const fd = addon.memfd('sealed', Buffer.from('fixed'), { executable: true });
    const script = 'import fcntl; print(fcntl.fcntl(3, 1034))';
    const python = spawnSync('python3', ['-c', script], {
      stdio: ['ignore', 'pipe', 'ignore', fd],
      encoding: 'utf8',
    });
    closeSync(fd);
    if (python.error) {
      console.warn('skipped: no python3 to ask for the seals');
      return;
    }
    expect(Number(python.stdout) & 0xf).toBe(0xf);
  });

  test('an executable one runs', () => {
    const fd = addon.memfd('true', readFileSync('/bin/sh'), { executable: true });
    const child = spawnSync(`/proc/self/fd/3`, ['-c', 'echo ran'], {
      stdio: ['ignore', 'pipe', 'inherit', fd],
      encoding: 'utf8',
    });
    expect(child.stdout).toBe('ran\n');
    closeSync(fd);
  });

  test('a name that is too long is EINVAL of memfd_create', () => {
    const error = caught(() => addon.memfd('n'.repeat(300), Buffer.from(''), { executable: false }));
    expect(error).toMatchObject({ code: 'EINVAL', errno: -22, syscall: 'memfd_create' });
  });
});

describe('openat2()', () => {
  const root = join(folder, 'root');
  let rootFd: number;

  beforeAll(() => {
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/file'), 'inside');
    writeFileSync(join(folder, 'outside'), 'outside');
    symlinkSync('/etc/file', join(root, 'absolute'));
    symlinkSync('../outside', join(root, 'escape'));
    rootFd = addon.openat2(AT_FDCWD, root, O_PATH | constants.O_DIRECTORY, 0);
  });
  afterAll(() => {
    closeSync(rootFd);
  });

  test('RESOLVE.IN_ROOT keeps absolute links and .. under the directory', () => {
    for (const path of ['absolute', '/etc/file', '../../etc/file']) {
      const fd = addon.openat2(rootFd, path, constants.O_RDONLY, RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS);
      expect(readFileSync(fd, 'utf8')).toBe('inside');
      expect(openFlags(fd) & CLOEXEC).toBe(CLOEXEC);
      closeSync(fd);
    }
    expect(caught(() => addon.openat2(rootFd, 'escape', 0, RESOLVE.IN_ROOT))).toMatchObject({
      code: 'ENOENT',
    });
  });

  test.each([
    ['BENEATH', 'escape', 'EXDEV'],
    ['NO_SYMLINKS', 'absolute', 'ELOOP'],
  ] as const)('RESOLVE.%s of %s is %s', (rule, path, code) => {
    expect(caught(() => addon.openat2(rootFd, path, 0, RESOLVE[rule]))).toMatchObject({ code });
  });

  test('creates a file with the mode given', () => {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
    const fd = addon.openat2(rootFd, 'created', flags, RESOLVE.IN_ROOT, 0o600);
    expect(fstatSync(fd).mode & 0o777).toBe(0o600);
    closeSync(fd);
  });

  test('an error has code, errno, syscall, path and the wording of Node', () => {
    const error = caught(() => addon.openat2(AT_FDCWD, '/no/such', 0, 0));
    // instanceof fails under jest, which has an Error of its own.
    expect(types.isNativeError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'ENOENT',
      errno: -2,
      syscall: 'openat2',
      path: '/no/such',
      message: "ENOENT: no such file or directory, openat2 '/no/such'",
    });
  });
});

test('2000 rounds of every call that returns at once leave no descriptor behind', () => {
  const rounds = (call: () => readonly number[]): void => {
    const before = openFds();
    for (let round = 0; round < 2000; round++) {
      call().forEach((fd) => {
        closeSync(fd);
      });
    }
    expect(openFds()).toBe(before);
  };
  rounds(() => addon.socketpair());
  rounds(() => addon.pipe());
  rounds(() => [addon.memfd('x', Buffer.from('data'), { executable: false })]);
  rounds(() => [addon.openat2(AT_FDCWD, '/', O_PATH, 0)]);
  rounds(() => {
    caught(() => addon.openat2(AT_FDCWD, '/no/such', 0, 0));
    return [];
  });
  rounds(() => [addon.pidfdOpen(process.pid)]);
});
