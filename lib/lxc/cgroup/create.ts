/** Making and removing a container's cgroups. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemError, type VirtError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { applyDevicePolicy, deviceGroup } from '../security/devices/apply.js';
import type { DeviceRule } from '../security/devices/rules.js';
import type { CgroupLayout, Group } from './layout.js';
import type { GroupFile } from './limits.js';
import { writeLimit } from './write-limit.js';

/** Makes the group in every hierarchy, with its limits and the rules about devices, before anything joins it. */
export async function createCgroups(
  layout: CgroupLayout,
  limits: readonly GroupFile[],
  devices: readonly DeviceRule[],
): Promise<void> {
  const deciding = deviceGroup(layout.groups);
  const asked = limits.filter(({ value, initial }) => value !== initial);
  // All of them are waited for, also when one fails: what is still being made can't be removed.
  const outcomes = await Promise.allSettled(
    layout.groups.map(async (group) => {
      const own = asked.filter((limit) => limit.group === group);
      await createGroup(group, layout.partitions, controllersOf(own));
      for (const limit of own) await writeLimit(limit, 'CONFIG_UNSUPPORTED');
      if (group === deciding) await applyDevicePolicy(group, devices);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Those that every container has, and those of its limits. */
function controllersOf(limits: readonly GroupFile[]): readonly string[] {
  const names = limits.map(({ names: [name] }) => name.slice(0, name.indexOf('.')));
  return [...new Set(['memory', 'cpu', 'pids', 'io', 'cpuset', ...names])];
}

async function createGroup(
  group: Group,
  partitions: readonly string[],
  controllers: readonly string[],
): Promise<void> {
  const above = partitions.filter((partition) => group.directory.startsWith(`${partition}/`)).reverse();
  // Another domain's end may remove an empty partition between our two mkdirs, or while we write to it: begin
  // again then.
  for (let attempt = 1; ; attempt++) {
    try {
      for (const partition of above) {
        await handDown(dirname(partition), group, controllers);
        await createDirectory(partition, group, true);
      }
      await handDown(dirname(group.directory), group, controllers);
      await createDirectory(group.directory, group, false);
      return;
    } catch (cause) {
      if ((isErrno(cause, 'ENOENT') || isErrno(cause, 'ENODEV')) && attempt < 100) continue;
      throw creationError(group, cause);
    }
  }
}

/** What to do about failures that the host's set-up is the reason of. */
const CREATION_HINTS: Readonly<Record<string, string>> = {
  EROFS: 'mount the cgroup file systems read-write, or have a group of them delegated to this process',
  EACCES: 'have a group delegated to this user, with its cgroup.procs and cgroup.subtree_control',
  EPERM: 'have a group delegated to this user, with its cgroup.procs and cgroup.subtree_control',
  EBUSY:
    'a group of version 2 that hands controllers down holds no processes: move those above into a group below',
  EOPNOTSUPP:
    'a threaded group of version 2 takes no containers: use a partition, or a delegated group, that is a domain',
};

function creationError({ directory }: Group, cause: unknown): VirtError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const hint = CREATION_HINTS[code];
  return systemError(`cannot create cgroup ${directory}`, cause, { domain: 'CGROUP', hint });
}

async function createDirectory(directory: string, group: Group, mayExist: boolean): Promise<void> {
  try {
    await mkdir(directory, 0o755);
  } catch (cause) {
    if (!mayExist || !isErrno(cause, 'EEXIST')) throw cause;
  }
  if (group.version === 1 && group.controllers.includes('cpuset')) await inheritCpuset(directory);
}

/**
 * A new v1 cpuset is empty, and nothing can join an empty one. A partition that another start has just made may
 * still be empty too: whoever comes first fills it.
 */
async function inheritCpuset(directory: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const own = join(directory, file);
    if ((await readFile(own, 'utf8')).trim() !== '') continue;
    await writeFile(own, await readFile(join(dirname(directory), file)));
  }
}

/** On v2 a controller's files appear below a group only when the group hands the controller down. */
async function handDown(
  parent: string,
  { version, controllers }: Group,
  wanted: readonly string[],
): Promise<void> {
  const available = version === 2 ? wanted.filter((name) => controllers.includes(name)) : [];
  if (available.length === 0) return;
  const file = join(parent, 'cgroup.subtree_control');
  const enabled = new Set((await readFile(file, 'utf8')).split(/\s+/));
  const missing = available.filter((name) => !enabled.has(name));
  if (missing.length > 0) await writeFile(file, missing.map((name) => `+${name}`).join(' '));
}
