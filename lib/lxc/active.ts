/** Which domains are active, and the recovery of those whose controller is gone. */
import { readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError } from '../errors.js';
import { isErrno } from './cgroup/create.js';
import type { Group } from './cgroup/layout.js';
import { record, type Context } from './context.js';
import { native } from './native.js';
import { bootId, isAlive, withProcess, type ProcessIdentity } from './process.js';
import type { ControllerRecord, LiveRecord } from './store/live.js';

/** A running (or paused) domain. */
export interface ActiveDomain extends ControllerRecord {
  readonly record: LiveRecord;
}

/** The domain if its controller is alive; undefined otherwise. */
export async function findActive(context: Context, uuid: string): Promise<ActiveDomain | undefined> {
  const controller = await context.live.controller(uuid);
  if (controller?.bootId !== bootId() || !isAlive(controller.controller)) return undefined;
  const live = await context.live.read(uuid);
  return live && { ...controller, record: live };
}

/**
 * @throws VirtError OPERATION_INVALID when the domain is not running.
 */
export async function requireActive(context: Context, uuid: string): Promise<ActiveDomain> {
  const active = await findActive(context, uuid);
  if (active) return active;
  throw new VirtError('OPERATION_INVALID', 'domain is not running');
}

/** Cleans up after a controller that was killed, or a start that was cut short. Does nothing for any other. */
export async function recoverIfStale(context: Context, uuid: string): Promise<void> {
  if ((await context.live.read(uuid)) === undefined || (await findActive(context, uuid))) return;
  // A held lock means that a start is under way, maybe by a controller whose Node process is gone.
  const lock = context.locks.tryAcquire(uuid);
  if (!lock) return;
  try {
    await recover(context, uuid);
  } finally {
    lock.release();
  }
}

/** The same for a caller who holds the domain's lock. */
export async function recover(context: Context, uuid: string): Promise<void> {
  const live = await context.live.read(uuid);
  if (!live || (await findActive(context, uuid))) return;
  const controller = await context.live.controller(uuid);
  const persistent = (await context.definitions.load(uuid)) !== undefined;
  if (live.bootId === bootId()) {
    if (controller) await killProcess(controller.init);
    for (const group of live.cgroups.groups) await emptyGroup(group);
    for (const partition of live.cgroups.partitions) await rmdir(partition).catch(() => undefined);
    if (controller && persistent) await context.live.writeFailure(uuid);
  }
  await context.live.end(uuid, persistent);
  if (controller && live.bootId === bootId()) await record(context, live.definition, 'stopped', 'failed');
}

const KILL_TIMEOUT_MS = 5000;

async function killProcess(identity: ProcessIdentity): Promise<void> {
  await withProcess(identity, async (pidfd) => {
    native().pidfdSendSignal(pidfd, 9);
    await native().pidfdWait(pidfd, KILL_TIMEOUT_MS);
  });
}

/** Kills whatever is left in a container's cgroup and removes it. */
async function emptyGroup(group: Group): Promise<void> {
  const deadline = performance.now() + KILL_TIMEOUT_MS;
  for (;;) {
    try {
      await rmdir(group.directory);
      return;
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return;
      if (!isErrno(cause, 'EBUSY') || performance.now() > deadline) throw cause;
    }
    await killMembers(group);
    await delay(1);
  }
}

async function killMembers(group: Group): Promise<void> {
  if (group.version === 2) {
    await writeFile(join(group.directory, 'cgroup.kill'), '1').catch(() => undefined);
    return;
  }
  const members = await readFile(join(group.directory, 'cgroup.procs'), 'utf8').catch(() => '');
  for (const pid of members.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}
