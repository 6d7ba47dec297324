/** Extended attributes of files behind descriptors that need not be open for more than their name. */
import { closeSync, constants, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { O_PATH, native } from '../../lib/lxc/native';
import { thrownBy } from '../thrown-by.js';

const NAME = 'trusted.virtainer-test';
const addon = native();
const folder = mkdtempSync(join(tmpdir(), 'virtainer-xattr-'));
writeFileSync(join(folder, 'file'), '');
symlinkSync('file', join(folder, 'link'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function withFd<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(join(folder, path), flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** Only root may, and not every file system keeps them. */
function refusal(): string | undefined {
  try {
    withFd('file', O_PATH, (fd) => {
      addon.setXattr(fd, NAME, Buffer.from('x'));
    });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
const why = refusal();
const describeXattr = why === undefined ? describe : describe.skip;

describeXattr(why === undefined ? 'extended attributes' : `extended attributes (skipped: ${why})`, () => {
  test.each([
    ['file', constants.O_RDONLY],
    ['file', O_PATH],
    ['.', O_PATH],
    ['link', O_PATH | constants.O_NOFOLLOW],
  ])('of %s, opened with %i, are set, read and removed', (path, flags) => {
    withFd(path, flags, (fd) => {
      addon.removeXattr(fd, NAME);
      expect(addon.getXattr(fd, NAME)).toBeUndefined();
      addon.setXattr(fd, NAME, Buffer.from('a\0b'));
      expect(addon.getXattr(fd, NAME)?.toString('latin1')).toBe('a\0b');
      addon.setXattr(fd, NAME, Buffer.alloc(0));
      expect(addon.getXattr(fd, NAME)).toHaveLength(0);
      addon.removeXattr(fd, NAME);
      addon.removeXattr(fd, NAME);
    });
  });

  test("a link's are its own", () => {
    withFd('link', O_PATH | constants.O_NOFOLLOW, (link) => {
      addon.setXattr(link, NAME, Buffer.from('link'));
    });
    withFd('file', O_PATH, (file) => {
      expect(addon.getXattr(file, NAME)).toBeUndefined();
    });
  });
});

test('failures are those of the system call, and wrong arguments throw', () => {
  expect(thrownBy(() => addon.getXattr(1_000_000, NAME))).toMatchObject({
    code: 'ENOENT',
    syscall: 'getxattr',
  });
  withFd('file', O_PATH, (fd) => {
    const value = Buffer.from('x');
    expect(thrownBy(() => addon.getXattr(fd, 'nonsense'))).toMatchObject({ code: 'ENOTSUP' });
    expect(
      thrownBy(() => {
        addon.setXattr(fd, 'nonsense', value);
      }),
    ).toMatchObject({ code: 'ENOTSUP', syscall: 'setxattr' });
    expect(
      thrownBy(() => {
        addon.removeXattr(fd, 'a\0b');
      }),
    ).toMatchObject({ name: 'TypeError' });
  });
});
