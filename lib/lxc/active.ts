/** Which domains are active, and the recovery of those whose controller or start is gone. */
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError } from '../errors.js';
import { removeCgroups } from './cgroup/remove.js';
import { record, type Context } from './context.js';
import { isGoneError } from './errno.js';
import { native } from './native.js';
import { releaseLabel } from './security/label/index.js';
import { bootId, isAlive, withProcess, type ProcessIdentity } from './process.js';
import type { LiveRecord } from './store/live-record.js';
import type { ControllerRecord } from './store/live.js';
import type { HeldLock } from './store/lock.js';

/** A running (or paused) domain. */
export interface ActiveDomain extends ControllerRecord {
  readonly record: LiveRecord;
}

const KILL_TIMEOUT_MS = 5000;
const END_TIMEOUT_MS = 500;

/** The domain if its controller is alive; undefined otherwise. */
export async function findActive(context: Context, uuid: string): Promise<ActiveDomain | undefined> {
  const controller = await context.live.controller(uuid);
  if (controller?.bootId !== bootId() || !isAlive(controller.controller)) return undefined;
  const live = await context.live.read(uuid);
  return live && { ...controller, record: live };
}

/**
 * @throws VirtError OPERATION_INVALID when the domain is not running; NO_DOMAIN when there is none.
 */
export async function requireActive(context: Context, uuid: string): Promise<ActiveDomain> {
  const active = await findActive(context, uuid);
  if (active) return active;
  if (!(await context.definitions.exists(uuid))) {
    throw new VirtError('NO_DOMAIN', `no domain with matching uuid '${uuid}'`);
  }
  throw notRunning();
}

export function notRunning(): VirtError {
  return new VirtError('OPERATION_INVALID', 'domain is not running');
}

/** Does something to an active domain. What fails because the container ended meanwhile is OPERATION_INVALID. */
export async function whileActive<T>(
  context: Context,
  uuid: string,
  use: (active: ActiveDomain) => Promise<T>,
): Promise<T> {
  const active = await requireActive(context, uuid);
  try {
    return await use(active);
  } catch (cause) {
    if (mayBeGone(cause)) await waitForEnd(active.init);
    // Init may be dead some moments before its controller has drawn the conclusions.
    if (isAlive(active.init) && (await findActive(context, uuid))) throw cause;
    throw notRunning();
  }
}

/** Not the errors of a command that can't be executed, but for its death: they are about its own file. */
function mayBeGone(cause: unknown): boolean {
  if (!isGoneError(cause)) return false;
  return !(cause instanceof VirtError && cause.stage === 'execing') || cause.errno === 'ESRCH';
}

/** A process that is ending takes a moment until it has ended. */
export async function waitForEnd(process: ProcessIdentity): Promise<void> {
  await withProcess(process, (pidfd) => native().pidfdWait(pidfd, END_TIMEOUT_MS));
}

/**
 * Holds the domain's lock, with what a killed controller or a start cut short has left already cleaned up.
 * A lock that belongs to no domain in the end is removed.
 */
export async function withDomainLock<T>(
  context: Context,
  uuid: string,
  use: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const lock = await context.locks.acquire(uuid);
  try {
    await recover(context, uuid);
    return await use(lock);
  } finally {
    await releaseLock(context, uuid, lock);
  }
}

/** Recovers a domain for somebody who only looks. Does nothing for one that is active, or busy. */
export async function recoverIfStale(context: Context, uuid: string): Promise<void> {
  if (!(await context.live.hasLeftovers(uuid)) || (await findActive(context, uuid))) return;
  // A held lock means that a start is under way, maybe by a controller whose Node process is gone.
  const lock = context.locks.tryAcquire(uuid);
  if (!lock) return;
  try {
    await recover(context, uuid);
  } finally {
    await releaseLock(context, uuid, lock);
  }
}

/** The same for a caller who holds the lock. `reason` is why a run ended that its controller could not report. */
export async function recover(
  context: Context,
  uuid: string,
  reason: 'destroyed' | 'failed' = 'failed',
): Promise<void> {
  if (!(await context.live.hasLeftovers(uuid)) || (await findActive(context, uuid))) return;
  const live = await context.live.read(uuid);
  const controller = await context.live.controller(uuid);
  if (controller && !live) await waitUntilLeft(context, uuid, controller.controller);
  const persistent = await context.definitions.exists(uuid);
  if (live?.bootId === bootId()) {
    if (controller) await killProcess(controller.init);
    await removeCgroups(live.cgroups);
    await releaseLabel(context.labels, live.definition);
    if (persistent) await context.live.writeExit(uuid, reason);
    if (controller) await record(context, live.definition, 'stopped', reason);
  }
  await context.live.end(uuid);
  if (!persistent) await context.live.forget(uuid);
}

/** A controller that has removed `live.json` is about to remove `controller`, and touches nothing after that. */
async function waitUntilLeft(context: Context, uuid: string, controller: ProcessIdentity): Promise<void> {
  const deadline = performance.now() + KILL_TIMEOUT_MS;
  while (isAlive(controller) && (await context.live.controller(uuid)) && performance.now() < deadline)
    await delay(1);
}

/** Kills exactly this process and waits for its end. */
export async function killProcess(identity: ProcessIdentity): Promise<void> {
  await withProcess(identity, async (pidfd) => {
    native().pidfdSendSignal(pidfd, 9);
    await native().pidfdWait(pidfd, KILL_TIMEOUT_MS);
  });
}

async function releaseLock(context: Context, uuid: string, lock: HeldLock): Promise<void> {
  const [defined, files] = await Promise.all([
    context.definitions.exists(uuid).catch(() => true),
    context.live.hasFolder(uuid).catch(() => true),
  ]);
  if (defined || files) lock.release();
  else lock.remove();
}
