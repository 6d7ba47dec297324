/** The limits of a definition as cgroup files. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import { keptCapabilities } from '../../definition/domain/index.js';
import type { LimitFile } from './create.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';

/** Devices a container may use, and make for itself when it may make any: libvirt's list without fuse. */
const ALLOWED_DEVICES = [
  'c 1:3 rwm', // null
  'c 1:5 rwm', // zero
  'c 1:7 rwm', // full
  'c 1:8 rwm', // random
  'c 1:9 rwm', // urandom
  'c 5:0 rwm', // tty
  'c 5:1 rwm', // console
  'c 5:2 rwm', // ptmx
  'c 136:* rwm', // pts
];

/** Fails when a limit of the definition can't be kept on this host's hierarchies. */
export function checkLimits(
  definition: CompleteDomain,
  groups: readonly Group[],
  v2Controllers: readonly string[],
): void {
  if (!groupOf(groups, 'memory') && !(unifiedGroup(groups) && v2Controllers.includes('memory'))) {
    throw new VirtError('CONFIG_UNSUPPORTED', '<memory>: no cgroup memory controller is mounted', {
      domain: 'CGROUP',
      hint: 'mount the memory controller below /sys/fs/cgroup',
    });
  }
  const makesDevices = keptCapabilities(definition.features?.capabilities).includes('mknod');
  if (makesDevices && !groupOf(groups, 'devices')) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      "<capabilities>: 'mknod' needs the cgroup v1 devices controller, which is not mounted",
      { domain: 'CGROUP', hint: "remove <mknod state='on'/>, or mount the devices controller" },
    );
  }
}

/** What is written into one new group of the container, in this order. */
export function limitFiles(definition: CompleteDomain, v2Controllers: readonly string[]) {
  return (group: Group): LimitFile[] => {
    const bytes = String(BigInt(definition.currentMemoryKiB) * 1024n);
    if (group.version === 2)
      return v2Controllers.includes('memory') ? [{ file: 'memory.max', value: bytes }] : [];
    const files: LimitFile[] = [];
    if (group.controllers.includes('memory')) files.push({ file: 'memory.limit_in_bytes', value: bytes });
    if (group.controllers.includes('devices')) files.push(...deviceFiles(definition));
    return files;
  };
}

function deviceFiles(definition: CompleteDomain): LimitFile[] {
  const allowed = [...ALLOWED_DEVICES];
  if (keptCapabilities(definition.features?.capabilities).includes('mknod'))
    allowed.push('c *:* m', 'b *:* m');
  return [
    { file: 'devices.deny', value: 'a' },
    ...allowed.map((value) => ({ file: 'devices.allow', value })),
  ];
}
