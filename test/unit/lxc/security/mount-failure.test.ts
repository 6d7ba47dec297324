import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainMountFailure } from '../../../../lib/lxc/security/mount-failure.js';

test('a file system without idmapped mounts is an error with the ways out', () => {
  const { why, hint } = explainMountFailure('MOUNT_ATTR_IDMAP', 'EINVAL', '/srv') ?? {};
  expect(why).toBe('the container cannot own files of /srv: its file system has no idmapped mounts');
  for (const way of ['ext4', '<idmap>', "<virtainer:userNamespace mode='none'/>"])
    expect(hint).toContain(way);
});

test('a mount that is mapped already is another error', () => {
  expect(explainMountFailure('MOUNT_ATTR_IDMAP', 'EPERM', '/srv')?.why).toMatch(
    /mapped to other owners already/,
  );
});

test('a place in the kernel’s file systems has an error of its own, a system call has none', () => {
  expect(explainMountFailure('KERNEL_FILE_SYSTEM', 'EPERM', '/l')?.why).toMatch(/^\/l leads into/);
  expect(explainMountFailure('mount_setattr', 'EPERM', '/l')).toBeUndefined();
});

test('the controller names them as they are known here', () => {
  const sources = ['mounts.cc', 'pinned_mounts.cc'].map((file) =>
    readFileSync(join(__dirname, '../../../../cpp/controller', file), 'utf8'),
  );
  for (const call of ['MOUNT_ATTR_IDMAP', 'KERNEL_FILE_SYSTEM', 'MOUNT_MOVED']) {
    expect(sources.join('')).toContain(`"${call}"`);
    expect(explainMountFailure(call, 'EINVAL', '/x')?.hint).toBeTruthy();
  }
});
