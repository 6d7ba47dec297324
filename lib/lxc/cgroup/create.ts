/** Making and removing a container's cgroups. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemError, type VirtError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { applyDevicePolicy, deviceGroup } from '../security/devices/apply.js';
import type { DeviceRule } from '../security/devices/rules.js';
import type { CgroupLayout, Group } from './layout.js';

/** Makes the group in every hierarchy, with its limits and the rules about devices, before anything joins it. */
export async function createCgroups(
  layout: CgroupLayout,
  limits: (group: Group) => LimitFile[],
  devices: readonly DeviceRule[],
): Promise<void> {
  const deciding = deviceGroup(layout.groups);
  // All of them are waited for, also when one fails: what is still being made can't be removed.
  const outcomes = await Promise.allSettled(
    layout.groups.map(async (group) => {
      await createGroup(group, layout.partitions);
      for (const { file, value } of limits(group)) await writeLimit(group, file, value);
      if (group === deciding) await applyDevicePolicy(group, devices);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

export interface LimitFile {
  readonly file: string;
  readonly value: string;
}

async function createGroup(group: Group, partitions: readonly string[]): Promise<void> {
  const above = partitions.filter((partition) => group.directory.startsWith(`${partition}/`)).reverse();
  // Another domain's end may remove an empty partition between our two mkdirs, or while we write to it: begin
  // again then.
  for (let attempt = 1; ; attempt++) {
    try {
      for (const partition of above) await createDirectory(partition, group, true);
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
  if (group.version === 2) await delegateControllers(dirname(directory));
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
async function delegateControllers(parent: string): Promise<void> {
  const wanted = ['memory', 'cpu', 'pids', 'io', 'cpuset'];
  const available = new Set((await readFile(join(parent, 'cgroup.controllers'), 'utf8')).split(/\s+/));
  const enabled = new Set((await readFile(join(parent, 'cgroup.subtree_control'), 'utf8')).split(/\s+/));
  const missing = wanted.filter((name) => available.has(name) && !enabled.has(name));
  if (missing.length === 0) return;
  await writeFile(join(parent, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '));
}

async function writeLimit(group: Group, file: string, value: string): Promise<void> {
  const path = join(group.directory, file);
  try {
    await writeFile(path, value);
  } catch (cause) {
    throw systemError(`cannot set ${file} to '${value}'`, cause, { domain: 'CGROUP', path });
  }
}
