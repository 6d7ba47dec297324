/** Shutting down, rebooting and destroying containers. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StopRequest } from '../driver.js';
import { VirtError } from '../errors.js';
import {
  killProcess,
  recover,
  recoverIfStale,
  requireActive,
  whileActive,
  type ActiveDomain,
} from './active.js';
import { isFrozen, thaw } from './cgroup/freezer.js';
import type { Context } from './context.js';
import { ControlConnection, refusal } from './control.js';
import { requestRunlevel } from './initctl.js';
import { native } from './native.js';
import { withProcess } from './process.js';
import type { Message } from './protocol/messages.js';
import { chooseSignal, isSystemd, readSignalMasks, type StopMethod } from './stop-method.js';

/** In the place of a signal number: kill. */
const KILL = 0;
/** A controller removes a killed container well within this time, or it is stuck and has to go itself. */
const DESTROY_TIMEOUT_MS = 10_000;
/** Longer than this setTimeout can't wait; it is three weeks. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Asks the container to stop; it is killed when it has not after the timeout. Resolves when it is off. */
export async function shutdownContainer(context: Context, uuid: string, request: StopRequest): Promise<void> {
  const isOff = await whileActive(context, uuid, (active) =>
    withController(context, active, request, async (control) => {
      const method = await chooseMethod(active, 'shutdown');
      if (method.by !== 'initctl') control.send('stop', 'shutdown', numberOf(method));
      return waitFor(control, request, ['ended'], 'cannot shut down the container');
    }),
  );
  if (!isOff) await killContainer(context, uuid);
  else await recoverIfStale(context, uuid);
}

/** Asks the container to reboot. Resolves when its new init runs, or when it is off because `on_reboot` says so. */
export async function rebootContainer(context: Context, uuid: string, request: StopRequest): Promise<void> {
  const doing = 'cannot reboot the container';
  await whileActive(context, uuid, (active) =>
    withController(context, active, request, async (control) => {
      const method = await chooseMethod(active, 'reboot');
      if (method.by !== 'initctl') control.send('reboot', numberOf(method));
      if (await waitFor(control, request, ['ended', 'rebooted'], doing)) return;
      control.send('reboot', KILL);
      if (await waitFor(control, { timeoutMs: DESTROY_TIMEOUT_MS }, ['ended', 'rebooted'], doing)) return;
      throw new VirtError('INTERNAL_ERROR', `${doing}: its processes refused to die`);
    }),
  );
  await recoverIfStale(context, uuid);
}

/**
 * Kills the container. Resolves when no process, mount, cgroup or file of the run is left.
 * For a caller who holds the domain's lock.
 */
export async function destroyContainer(context: Context, uuid: string): Promise<void> {
  await requireActive(context, uuid);
  await killContainer(context, uuid);
  await recover(context, uuid, 'destroyed');
}

/** By its controller; with a controller that does not answer, by the controller's own end. */
async function killContainer(context: Context, uuid: string): Promise<void> {
  const active = await requireActive(context, uuid);
  const request = { timeoutMs: DESTROY_TIMEOUT_MS };
  const killed = await withController(context, active, request, async (control) => {
    control.send('stop', 'destroyed', KILL);
    // A process frozen by the v1 freezer dies when it is thawed, before it runs again.
    if (await isFrozen(active.record.cgroups.groups).catch(() => false)) {
      await thaw(active.record.cgroups.groups).catch(() => undefined);
    }
    return waitFor(control, request, ['ended'], 'cannot destroy the container');
  }).catch(() => false);
  // Init dies with its controller, and every process with init.
  if (!killed) await killProcess(active.controller);
}

function numberOf(method: Exclude<StopMethod, { by: 'initctl' }>): number {
  return method.by === 'kill' ? KILL : method.number;
}

/** Talks to a controller, and when it is ending waits for its end. */
async function withController<T>(
  context: Context,
  active: ActiveDomain,
  request: StopRequest,
  use: (control: ControlConnection) => Promise<T>,
): Promise<T | true> {
  const result = await withProcess(active.controller, async (pidfd) => {
    const folder = context.live.folder(active.record.definition.uuid);
    const control = await ControlConnection.connect(folder, timerMs(request.timeoutMs));
    if (!control) {
      // It has stopped listening because it is ending.
      if (await native().pidfdWait(pidfd, DESTROY_TIMEOUT_MS)) return true;
      throw new VirtError('OPERATION_FAILED', "the container's controller does not answer");
    }
    try {
      const outcome = await use(control);
      if (control.isOver) await native().pidfdWait(pidfd, DESTROY_TIMEOUT_MS);
      return outcome;
    } finally {
      control.close();
    }
  });
  return result ?? true;
}

async function chooseMethod(active: ActiveDomain, wanted: 'shutdown' | 'reboot'): Promise<StopMethod> {
  const { pid } = active.init;
  const chosen = await withProcess(active.init, (): StopMethod => {
    const runlevel = wanted === 'shutdown' ? '0' : '6';
    const systemd = isSystemd(pid);
    if (!systemd && requestRunlevel(pid, runlevel)) return { by: 'initctl', runlevel };
    return chooseSignal(systemd, wanted, readSignalMasks(pid));
  });
  return chosen ?? { by: 'kill' };
}

/**
 * True when one of these messages came or the controller is gone, false at the timeout.
 * An abort ends the waiting, not the stopping.
 */
async function waitFor(
  control: ControlConnection,
  request: StopRequest,
  names: readonly ('ended' | 'rebooted')[],
  doing: string,
): Promise<boolean> {
  const timer = new AbortController();
  const timeoutMs = timerMs(request.timeoutMs);
  const waits: Promise<Message | 'gone' | 'timeout'>[] = [
    control.next(...names, 'refused').then((message) => message ?? 'gone'),
  ];
  if (timeoutMs !== Infinity) waits.push(delay(timeoutMs, 'timeout', { signal: timer.signal }));
  if (request.signal) waits.push(aborted(request.signal, timer.signal, doing));
  try {
    const outcome = await Promise.race(waits);
    if (outcome !== 'timeout' && outcome !== 'gone' && outcome.name === 'refused')
      throw refusal(doing, outcome);
    return outcome !== 'timeout';
  } finally {
    timer.abort();
    for (const wait of waits) wait.catch(() => undefined);
  }
}

function timerMs(timeoutMs: number): number {
  return timeoutMs > MAX_TIMER_MS ? Infinity : timeoutMs;
}

/** Rejects when the caller gives up waiting, until `done`. */
function aborted(signal: AbortSignal, done: AbortSignal, doing: string): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new VirtError('OPERATION_FAILED', `${doing}: the wait was aborted`, { cause: signal.reason }));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    done.addEventListener('abort', () => {
      signal.removeEventListener('abort', abort);
    });
  });
}
