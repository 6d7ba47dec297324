/** Where the content of a disk comes from. */
import { quote } from '../../../errors.js';
import { refusal } from '../../refusal.js';
import { element, group, type OutputElement } from '../../xml/index.js';
import { formatKept } from '../kept.js';
import type { Disk } from './types.js';

/** libvirt's types of a disk's source; containers have none but the first two. */
export const DISK_TYPES = [
  'block',
  'file',
  'dir',
  'network',
  'volume',
  'nvme',
  'vhostuser',
  'vhostvdpa',
] as const;
export const KEPT_IN_SOURCE = ['slices', 'seclabel', 'reservations'] as const;
export const KEPT_IN_DISK = ['auth', 'backingStore', 'encryption'] as const;

export function onlyLocal(type: (typeof DISK_TYPES)[number]): 'block' | 'file' {
  if (type === 'block' || type === 'file') return type;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `<disk type=${quote(type)}> is not supported: Can't setup disk for non-block device`,
  );
}

export function formatDiskSource(disk: Disk): OutputElement | undefined {
  const { source, startupPolicy } = disk;
  const children = KEPT_IN_SOURCE.flatMap((name) => formatKept(disk.kept, name));
  if (source === undefined && startupPolicy === undefined) return group('source', children);
  return element('source', { [disk.type === 'block' ? 'dev' : 'file']: source, startupPolicy }, children);
}
