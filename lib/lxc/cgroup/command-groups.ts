/** The groups that a command joins in a running container. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unifiedGroup, uniqueName, type Group } from './layout.js';

/**
 * Those of the container; but a group of version 2 that hands controllers down takes no processes any more, and then it
 * is the one below it that init has moved to.
 *
 * @param init - number of the container's init on the host
 */
export async function commandGroups(groups: readonly Group[], init: number): Promise<readonly Group[]> {
  const unified = unifiedGroup(groups);
  if (!unified || !(await handsDown(unified))) return groups;
  const directory = groupBelow(unified.directory, await readFile(`/proc/${init}/cgroup`, 'utf8'));
  return groups.map((group) => (group === unified ? { ...group, directory } : group));
}

async function handsDown({ directory }: Group): Promise<boolean> {
  return (await readFile(join(directory, 'cgroup.subtree_control'), 'utf8')).trim() !== '';
}

/** The container's group, or the one below it that `/proc/PID/cgroup` names. */
export function groupBelow(directory: string, memberships: string): string {
  const path = /^0::(\/.*)$/mu.exec(memberships)?.[1] ?? '';
  const name = `/${uniqueName(directory)}/`;
  const own = `${path}/`.indexOf(name);
  if (own === -1 || path.split('/').includes('..')) return directory;
  return join(directory, path.slice(own + name.length));
}
