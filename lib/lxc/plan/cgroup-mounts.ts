/**
 * What of the cgroups a container sees: its own group as the root, and only where it can't reach the files that
 * limit it. Those of a v1 controller do: of version 1 there is at most systemd's hierarchy, which limits nothing.
 */
import type { CgroupAccess } from '../../definition/security/index.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import { namedGroup } from '../cgroup/delegate.js';
import { unifiedGroup } from '../cgroup/layout.js';
import type { Plan } from './steps.js';

const FOLDER = '/sys/fs/cgroup';
const FLAGS = 'nosuid,noexec,nodev';

export function planCgroupMounts(plan: Plan, access: CgroupAccess, { groups }: CgroupLayout): void {
  const isUnifiedOnly = groups.every(({ version }) => version === 2);
  const flags = access === 'readonly' ? `${FLAGS},ro` : FLAGS;
  if (isUnifiedOnly) {
    if (groups.length > 0) plan.add(FOLDER, 'mount', 'cgroup2', 'cgroup2', FOLDER, flags);
    return;
  }
  if (access === 'readonly') return;
  plan.add(FOLDER, 'mount', 'tmpfs', 'cgroup', FOLDER, FLAGS, 'mode=755', 'size=4096');
  if (namedGroup(groups)) {
    plan.add(FOLDER, 'mount', 'cgroup', 'cgroup', `${FOLDER}/systemd`, flags, 'none', 'name=systemd');
  }
  if (unifiedGroup(groups)) plan.add(FOLDER, 'mount', 'cgroup2', 'cgroup2', `${FOLDER}/unified`, flags);
  plan.add(FOLDER, 'remount-readonly', FOLDER);
}
