/** The limits of a definition as cgroup files. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import type { LimitFile } from './create.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';
import { deviceGroup } from '../security/devices/apply.js';

/** Fails when this host's hierarchies can't keep the limits that every container has. */
export function checkLimits(groups: readonly Group[], v2Controllers: readonly string[]): void {
  if (!groupOf(groups, 'memory') && !(unifiedGroup(groups) && v2Controllers.includes('memory'))) {
    throw new VirtError('CONFIG_UNSUPPORTED', '<memory>: no cgroup memory controller is mounted', {
      domain: 'CGROUP',
      hint: 'mount the memory controller below /sys/fs/cgroup',
    });
  }
  deviceGroup(groups);
}

/** What is written into one new group of the container, in this order. */
export function limitFiles(definition: CompleteDomain, v2Controllers: readonly string[]) {
  return (group: Group): LimitFile[] => {
    const bytes = String(BigInt(definition.currentMemoryKiB) * 1024n);
    if (group.version === 2)
      return v2Controllers.includes('memory') ? [{ file: 'memory.max', value: bytes }] : [];
    return group.controllers.includes('memory') ? [{ file: 'memory.limit_in_bytes', value: bytes }] : [];
  };
}
