/** The groups of controllers that can't live above the containers: in a group of version 2 that hands controllers down. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VirtError, systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import type { Group } from './layout.js';

/**
 * Makes them, and moves one process out of the way: Node itself, or the one that a scope was made with. Any other that
 * sits in a group above was put there by somebody, who has to move it.
 *
 * @param movable - number of that process
 * @throws VirtError RESOURCE_BUSY when other processes are in the way, CONFIG_UNSUPPORTED in a threaded group
 */
export async function makeSupervisorGroups(groups: readonly Group[], movable: number): Promise<void> {
  for (const group of groups) {
    const above = dirname(group.directory);
    try {
      if (group.version === 2) await checkType(above);
      await mkdir(group.directory, 0o755).catch((cause: unknown) => {
        if (!isErrno(cause, 'EEXIST')) throw cause;
      });
      if (group.version === 2 && group.controllers.length > 0) await vacate(above, group.directory, movable);
    } catch (cause) {
      if (cause instanceof VirtError) throw cause;
      throw systemError(`cannot prepare cgroup ${group.directory}`, cause, { domain: 'CGROUP' });
    }
  }
}

/** Below a threaded group there is no place for processes with a memory limit of their own. */
async function checkType(directory: string): Promise<void> {
  // The root of a hierarchy has no type.
  const type = await readFile(join(directory, 'cgroup.type'), 'utf8').catch(() => 'domain');
  if (type.trim() === 'domain') return;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `cgroup ${directory} is '${type.trim()}': it takes no containers`,
    {
      domain: 'CGROUP',
      path: directory,
      hint: 'have a group delegated whose cgroup.type is domain, with no threaded groups in it',
    },
  );
}

/** A group that hands controllers down may hold no processes. */
async function vacate(directory: string, into: string, movable: number): Promise<void> {
  const inside = (await readFile(join(directory, 'cgroup.procs'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  const others = inside.filter((pid) => pid !== String(movable));
  if (others.length > 0) {
    throw new VirtError(
      'RESOURCE_BUSY',
      `cgroup ${directory} can't hand controllers to containers: processes ${others.slice(0, 10).join(', ')} are in it`,
      {
        domain: 'CGROUP',
        path: directory,
        hint: `move them first: for pid in $(cat ${directory}/cgroup.procs); do echo $pid > ${into}/cgroup.procs; done`,
      },
    );
  }
  if (inside.length > 0) await writeFile(join(into, 'cgroup.procs'), String(movable), { flag: 'r+' });
}
