/** The limits of a definition as cgroup files. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import { VirtError } from '../../errors.js';
import type { LimitFile } from './create.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';
import { deviceGroup } from '../security/devices/apply.js';

/** Fails when this host's hierarchies can't keep the limits that every container has. */
export function checkLimits(
  groups: readonly Group[],
  v2Controllers: readonly string[],
  { pids }: Pick<SecurityProfile, 'pids'>,
): void {
  if (!groupOf(groups, 'memory') && !(unifiedGroup(groups) && v2Controllers.includes('memory'))) {
    throw new VirtError('CONFIG_UNSUPPORTED', '<memory>: no cgroup memory controller is mounted', {
      domain: 'CGROUP',
      hint: 'mount the memory controller below /sys/fs/cgroup',
    });
  }
  if (
    pids !== 'unlimited' &&
    !groupOf(groups, 'pids') &&
    !(unifiedGroup(groups) && v2Controllers.includes('pids'))
  ) {
    throw new VirtError('CONFIG_UNSUPPORTED', '<virtainer:pids>: no cgroup pids controller is mounted', {
      domain: 'CGROUP',
      hint: "mount the pids controller below /sys/fs/cgroup, or say <virtainer:pids limit='unlimited'/>",
    });
  }
  deviceGroup(groups);
}

/** What is written into one new group of the container, in this order. */
export function limitFiles(
  definition: CompleteDomain,
  { v2Controllers, pids }: Pick<SecurityProfile, 'pids'> & { readonly v2Controllers: readonly string[] },
) {
  const bytes = String(BigInt(definition.currentMemoryKiB) * 1024n);
  const files: readonly (LimitFile & { readonly version: 1 | 2; readonly controller: string })[] = [
    { version: 1, controller: 'memory', file: 'memory.limit_in_bytes', value: bytes },
    { version: 1, controller: 'pids', file: 'pids.max', value: kernelLimit(pids) },
    { version: 2, controller: 'memory', file: 'memory.max', value: bytes },
    { version: 2, controller: 'memory', file: 'memory.swap.max', value: '0' },
    { version: 2, controller: 'memory', file: 'memory.oom.group', value: '1' },
    { version: 2, controller: 'pids', file: 'pids.max', value: kernelLimit(pids) },
  ];
  return (group: Group): LimitFile[] => {
    const controllers = group.version === 1 ? group.controllers : v2Controllers;
    return files
      .filter(({ version, controller }) => version === group.version && controllers.includes(controller))
      .map(({ file, value }) => ({ file, value }));
  };
}

function kernelLimit(limit: number | 'unlimited'): string {
  return limit === 'unlimited' ? 'max' : String(limit);
}
