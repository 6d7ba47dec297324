/**
 * What of the cgroups a container sees: its own group as the root, and only where it can't reach the files that
 * limit it. Of the controllers of version 1 that are those that tell it its limits, read-only; whoever manages services
 * gets systemd's hierarchy instead, which limits nothing.
 */
import type { CgroupAccess } from '../../definition/security/index.js';
import type { CgroupLayout, Group } from '../cgroup/layout.js';
import { namedGroup } from '../cgroup/delegate.js';
import { unifiedGroup } from '../cgroup/layout.js';
import type { Plan } from './steps.js';

const FOLDER = '/sys/fs/cgroup';
const FLAGS = 'nosuid,noexec,nodev';
/** By what Java and others find out how much memory and CPU time there is. */
const TELLING = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids'];

/** @param showsLimits - whether the container sees its own resources, not the host's */
export function planCgroupMounts(
  plan: Plan,
  { access, showsLimits }: { readonly access: CgroupAccess; readonly showsLimits: boolean },
  { groups }: CgroupLayout,
): void {
  const isUnifiedOnly = groups.every(({ version }) => version === 2);
  const flags = access === 'readonly' ? `${FLAGS},ro` : FLAGS;
  if (isUnifiedOnly) {
    if (groups.length > 0) plan.add(FOLDER, 'mount', 'cgroup2', 'cgroup2', FOLDER, flags);
    return;
  }
  if (access === 'readonly' && !showsLimits) return;
  plan.add(FOLDER, 'mount', 'tmpfs', 'cgroup', FOLDER, FLAGS, 'mode=755', 'size=4096');
  if (access === 'readonly') planTellingGroups(plan, groups);
  else planManagedGroups(plan, groups);
  plan.add(FOLDER, 'remount-readonly', FOLDER);
}

function planManagedGroups(plan: Plan, groups: readonly Group[]): void {
  if (namedGroup(groups)) {
    plan.add(FOLDER, 'mount', 'cgroup', 'cgroup', `${FOLDER}/systemd`, FLAGS, 'none', 'name=systemd');
  }
  if (unifiedGroup(groups)) plan.add(FOLDER, 'mount', 'cgroup2', 'cgroup2', `${FOLDER}/unified`, FLAGS);
}

/** As systemd names them on a host. */
function planTellingGroups(plan: Plan, groups: readonly Group[]): void {
  for (const { version, controllers } of groups) {
    if (version !== 1 || !controllers.some((controller) => TELLING.includes(controller))) continue;
    const name = controllers.join(',');
    plan.add(FOLDER, 'mount', 'cgroup', 'cgroup', `${FOLDER}/${name}`, `${FLAGS},ro`, ...controllers);
    if (controllers.length === 1) continue;
    for (const controller of controllers) plan.add(FOLDER, 'symlink', name, `${FOLDER}/${controller}`);
  }
}
