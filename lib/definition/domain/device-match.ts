/** Which of a definition's devices one means, by what libvirt tells them apart. */
import { refusal } from '../refusal.js';
import type { Disk } from './disk.js';
import type { Filesystem } from './filesystem.js';
import { isSameHostdev, type Hostdev } from './hostdev.js';
import type { Interface } from './interface.js';

/** Its index, or -1. */
export function findDisk(disks: readonly Disk[], wanted: Disk): number {
  return disks.findIndex(({ target }) => target === wanted.target);
}

/** Its index, or -1. */
export function findFilesystem(filesystems: readonly Filesystem[], wanted: Filesystem): number {
  return filesystems.findIndex(({ target }) => target === wanted.target);
}

/** Its index, or -1. */
export function findHostdev(hostdevs: readonly Hostdev[], wanted: Hostdev): number {
  return hostdevs.findIndex((hostdev) => isSameHostdev(wanted, hostdev));
}

/** Its index. */
export function findInterface(interfaces: readonly Interface[], _wanted: Interface): number {
  if (interfaces.length === 0) throw refusal('DEVICE_MISSING', 'no matching device found');
  if (interfaces.length > 1) throw refusal('OPERATION_FAILED', 'multiple matching devices found');
  return 0;
}
