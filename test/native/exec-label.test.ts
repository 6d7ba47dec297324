/** The label of the next program, as the controller asks the kernel for it: against attribute files of our own. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'virtainer-exec-label-'));
const program = join(folder, 'exec-label');
const SOURCES = [
  'test/native/exec-label.cc',
  'cpp/controller/exec_label.cc',
  'cpp/controller/apparmor_profile.cc',
];
const compiled = spawnSync('g++', [
  '-std=c++20',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-fno-exceptions',
  '-Icpp',
  '-o',
  program,
  ...SOURCES,
]);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
/** A tree like procfs's; files by their path below `attr`. */
function attributes(files: readonly string[]): string {
  const root = join(folder, `proc-${count++}`);
  for (const file of files) {
    const path = join(root, 'thread-self/attr', file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
  }
  return root;
}
function run(...args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.trim();
}
const textOf = (root: string, file: string): string =>
  readFileSync(join(root, 'thread-self/attr', file), 'utf8');

// Any other failure to run it is one of the tests, not a reason to leave them out.
const missing = (compiled.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
if (missing) rmSync(folder, { recursive: true });
const describeLabel = missing ? describe.skip : describe;
describeLabel(
  missing ? 'the label of the next program (skipped: needs g++)' : 'the label of the next program',
  () => {
    test('is compiled without warnings', () => {
      expect([compiled.error, compiled.status, compiled.stderr.toString()]).toEqual([undefined, 0, '']);
    });

    test('SELinux: the context as it is', () => {
      const root = attributes(['exec', 'apparmor/exec']);
      expect(run(root, 'selinux', 'a:b:c:s0:c1,c2', 'any')).toBe('done');
      expect([textOf(root, 'exec'), textOf(root, 'apparmor/exec')]).toEqual(['a:b:c:s0:c1,c2', '']);
    });

    test('AppArmor: the word and the profile, in the folder of its own', () => {
      const root = attributes(['exec', 'apparmor/exec']);
      expect(run(root, 'apparmor', 'virtainer-1', 'any')).toBe('done');
      expect([textOf(root, 'exec'), textOf(root, 'apparmor/exec')]).toEqual(['', 'exec virtainer-1']);
    });

    test('AppArmor of kernels before 5.8: in the file of whichever module there is', () => {
      const root = attributes(['exec']);
      expect(run(root, 'apparmor', 'virtainer-1', 'any')).toBe('done');
      expect(textOf(root, 'exec')).toBe('exec virtainer-1');
    });

    test('a module that keeps something else is an error', () => {
      const root = attributes(['exec']);
      writeFileSync(join(root, 'thread-self/attr/exec'), 'a:b:c:s0:c1,c2-and-more');
      expect(run(root, 'selinux', 'a:b:c:s0:c1,c2', 'any')).toBe('EBADMSG read thread-self/attr/exec');
      rmSync(join(root, 'thread-self/attr/exec'));
      symlinkSync('/dev/null', join(root, 'thread-self/attr/exec'));
      expect(run(root, 'selinux', 'a:b:c', 'any')).toMatch(/^(ELOOP|EXDEV) openat2/u);
    });

    test('a missing file, another module and a label that is none are errors', () => {
      const root = attributes(['current']);
      expect(run(root, 'selinux', 'a:b:c', 'any')).toBe('ENOENT openat2 thread-self/attr/exec');
      expect(run(root, 'smack', 'a', 'any')).toBe('EINVAL openat2 smack');
      for (const label of ['', 'a\nb', 'x'.repeat(4097)])
        expect(run(root, 'selinux', label, 'any')).toBe('EINVAL write selinux');
    });

    test('A-101: a directory that only looks like procfs gets no label', () => {
      const root = attributes(['exec', 'apparmor/exec']);
      expect(run(root, 'selinux', 'a:b:c')).toBe('EXDEV fstatfs /proc');
      expect([textOf(root, 'exec'), textOf(root, 'apparmor/exec')]).toEqual(['', '']);
    });

    test('A-101: neither does a folder of procfs, nor a link or a mount inside of the tree', () => {
      expect(run('/proc/self', 'selinux', 'a:b:c')).toBe('ESTALE fstat /proc');
      const [root, other] = [attributes(['exec']), attributes(['exec'])];
      renameSync(join(root, 'thread-self'), join(root, 'away'));
      symlinkSync(join(other, 'thread-self'), join(root, 'thread-self'));
      expect(run(root, 'selinux', 'a:b:c', 'any')).toBe('EXDEV openat2 thread-self/attr/exec');
      expect(textOf(other, 'exec')).toBe('');
    });

    test('a profile is removed by its name, in securityfs alone', () => {
      const root = join(folder, 'apparmor');
      mkdirSync(root);
      expect(run(root, 'remove', 'virtainer-1', 'any')).toBe(`ENOENT open ${root}/.remove`);
      writeFileSync(join(root, '.remove'), '');
      expect(run(root, 'remove', 'virtainer-1')).toBe(`EXDEV fstatfs ${root}/.remove`);
      expect(run(root, 'remove', 'virtainer-1', 'any')).toBe('done');
      expect(readFileSync(join(root, '.remove'), 'utf8')).toBe('virtainer-1');
    });

    const hasModule = existsSync('/sys/fs/selinux/enforce') || existsSync('/sys/kernel/security/apparmor');
    (hasModule ? test.skip : test)('procfs of a host that labels nothing takes none', () => {
      expect(run('/proc', 'selinux', 'a:b:c')).toMatch(
        /^(EINVAL|EOPNOTSUPP) write thread-self\/attr\/exec$/u,
      );
      expect(run('/proc', 'apparmor', 'x')).toMatch(/^(EINVAL|EOPNOTSUPP) write thread-self\/attr\/exec$/u);
    });
  },
);
