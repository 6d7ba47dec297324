/** Handing a container's own group over to its root, so that it can make groups below it. */
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { unifiedGroup, type Group } from './layout.js';

/** What whoever may make groups has to write to; nothing of it limits the group itself. */
const FILES = ['cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control', 'tasks'];

/** The group in systemd's own hierarchy of version 1. */
export function namedGroup(groups: readonly Group[]): Group | undefined {
  return groups.find(({ version, controllers }) => version === 1 && controllers.includes('name=systemd'));
}

/** @param owner - ids of the host */
export async function delegateGroups(
  groups: readonly Group[],
  owner: { readonly uid: number; readonly gid: number },
): Promise<void> {
  for (const group of [namedGroup(groups), unifiedGroup(groups)]) {
    if (!group) continue;
    for (const path of [group.directory, ...FILES.map((file) => join(group.directory, file))])
      await give(path, owner.uid, owner.gid);
  }
}

async function give(path: string, uid: number, gid: number): Promise<void> {
  try {
    await chown(path, uid, gid);
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return; // each version has files of its own
    throw systemError('cannot give the cgroup to the container', cause, { domain: 'CGROUP', path });
  }
}
