/** Removing a container's cgroups, with whatever is left in them. */
import { closeSync, readFileSync } from 'node:fs';
import { readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { native } from '../native.js';
import { uniqueName, type CgroupLayout, type Group } from './layout.js';

const TIMEOUT_MS = 5000;

/** What is already gone does not matter; partitions go when nothing else is in them. */
export async function removeCgroups(cgroups: Pick<CgroupLayout, 'groups' | 'partitions'>): Promise<void> {
  for (const group of cgroups.groups) await emptyAndRemove(group);
  for (const partition of cgroups.partitions) await rmdir(partition).catch(() => undefined);
}

async function emptyAndRemove(group: Group): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      await removeTree(group.directory);
      return;
    } catch (cause) {
      if (!isErrno(cause, 'EBUSY') || performance.now() > deadline) {
        throw systemError(`cannot remove cgroup ${group.directory}`, cause, { domain: 'CGROUP' });
      }
    }
    await killMembers(group);
    await delay(1);
  }
}

/** A container may have made groups of its own below its group. */
async function removeTree(directory: string): Promise<void> {
  for (const child of await childrenOf(directory)) await removeTree(child);
  await rmdir(directory).catch((cause: unknown) => {
    if (!isErrno(cause, 'ENOENT')) throw cause;
  });
}

async function childrenOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

async function killMembers(group: Group): Promise<void> {
  if (group.version === 2) {
    await writeFile(join(group.directory, 'cgroup.kill'), '1').catch(() => undefined);
    return;
  }
  if (group.controllers.includes('freezer')) {
    // A frozen process dies when it is thawed, before it runs again.
    await writeFile(join(group.directory, 'freezer.state'), 'THAWED').catch(() => undefined);
  }
  for (const pid of await membersBelow(group.directory)) kill(pid, group.directory);
}

/** Host numbers of the processes in a group and the groups below it. */
export async function membersBelow(directory: string): Promise<number[]> {
  const text = await readFile(join(directory, 'cgroup.procs'), 'utf8').catch(() => '');
  const own = text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  const below = await Promise.all((await childrenOf(directory)).map(membersBelow));
  return [...own, ...below.flat()];
}

/** The number may belong to another process by now: only one that is still in the group is killed. */
function kill(pid: number, directory: string): void {
  let pidfd: number | undefined;
  try {
    pidfd = native().pidfdOpen(pid);
    if (isMember(pid, directory)) native().pidfdSendSignal(pidfd, 9);
  } catch {
    // It ended by itself.
  } finally {
    if (pidfd !== undefined) closeSync(pidfd);
  }
}

/** Whether a process is in a container's group, or below it. Fails when there is no such process. */
export function isMember(pid: number, directory: string): boolean {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  // Each line ends with the group's path below its hierarchy's root.
  const name = `/${uniqueName(directory)}`;
  return groups.some((line) => `${line.split(':').slice(2).join(':')}/`.includes(`${name}/`));
}
