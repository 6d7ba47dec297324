/** Nobody but its owner can make two containers have the same ids. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdRegistry } from '../../lib/lxc/security/id-registry';
import { failureOf } from '../unit/definition/failure';

const scratch = mkdtempSync(join(tmpdir(), 'virtainer-registry-'));
let folder = '';
let count = 0;

beforeEach(() => {
  folder = join(scratch, String(count++));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const openFds = (): number => readdirSync('/proc/self/fd').length;

const isRoot = process.geteuid?.() === 0;
(isRoot ? describe : describe.skip)(`the registry${isRoot ? '' : ' (skipped: needs root)'}`, () => {
  test('is a folder of its owner only, with a file in it that stays empty', () => {
    new IdRegistry(folder).release();
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['ranges']);
    expect(lstatSync(join(folder, 'ranges'))).toMatchObject({ size: 0, nlink: 1 });
    expect(lstatSync(join(folder, 'ranges')).mode & 0o777).toBe(0o600);
  });

  const made = (mode: number, owner = 0): void => {
    mkdirSync(folder);
    chmodSync(folder, mode);
    chownSync(folder, owner, 0);
  };
  const holding = (mode: number, owner = 0): void => {
    made(0o700);
    const path = join(folder, 'ranges');
    writeFileSync(path, '');
    chmodSync(path, mode);
    chownSync(path, owner, 0);
  };
  const linking = (target: string, path: string): void => {
    symlinkSync(target, path);
  };

  test.each<[string, () => void, string]>([
    ['a link', () => { linking(scratch, folder); }, 'SYSTEM_ERROR'],
    ['a link to nowhere', () => { linking('/nowhere/at/all', folder); }, 'SYSTEM_ERROR'],
    ['a file', () => { writeFileSync(folder, ''); }, 'SYSTEM_ERROR'],
    ['writable by a group', () => { made(0o770); }, 'ACCESS_DENIED'],
    ['writable by everybody', () => { made(0o1777); }, 'ACCESS_DENIED'],
    ['somebody else’s', () => { made(0o700, 1000); }, 'ACCESS_DENIED'],
    ['with a link in it', () => { made(0o700); linking('/etc/passwd', join(folder, 'ranges')); }, 'SYSTEM_ERROR'],
    ['with a folder in it', () => { made(0o700); mkdirSync(join(folder, 'ranges')); }, 'SYSTEM_ERROR'],
    ['with somebody else’s file', () => { holding(0o600, 1000); }, 'ACCESS_DENIED'],
    ['with a file that others write to', () => { holding(0o666); }, 'ACCESS_DENIED'],
  ])('is refused when it is %s', (_, prepare, code) => {
    const before = openFds();
    prepare();
    expect(failureOf(() => new IdRegistry(folder))).toMatchObject({
      code,
      path: expect.stringContaining(folder) as unknown,
    });
    expect(openFds()).toBe(before);
  }); // prettier-ignore

  test('with a fifo in it does not make anybody wait', () => {
    made(0o700);
    execFileSync('mkfifo', [join(folder, 'ranges')]);
    expect(failureOf(() => new IdRegistry(folder)).code).toBe('ACCESS_DENIED');
  });

  test('descriptors are not inherited by programs', () => {
    const claim = new IdRegistry(folder);
    const FD_CLOEXEC = 0o2000000;
    const flags = /flags:\s+(\d+)/u.exec(readFileSync(`/proc/self/fdinfo/${claim.fd}`, 'utf8'))?.[1];
    expect(Number.parseInt(flags ?? '0', 8) & FD_CLOEXEC).toBe(FD_CLOEXEC);
    claim.release();
  });
});
