/** Shutting down, rebooting and destroying containers. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StopRequest } from '../driver.js';
import { VirtError } from '../errors.js';
import { recoverIfStale, requireActive, type ActiveDomain } from './active.js';
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
/** A controller removes a killed container well within this time, or something is badly wrong. */
const DESTROY_TIMEOUT_MS = 30_000;

/** Asks the container to stop; it is killed when it has not after the timeout. Resolves when it is off. */
export async function shutdownContainer(context: Context, uuid: string, request: StopRequest): Promise<void> {
  await withController(context, uuid, async (active, control) => {
    const method = chooseMethod(active, 'shutdown');
    if (method.by !== 'initctl')
      control.send('stop', 'shutdown', method.by === 'kill' ? KILL : method.number);
    if (await waitForEnd(control, request, ['ended'])) return;
    await kill(active, control);
  });
}

/** Asks the container to reboot. Resolves when its new init runs, or when it is off because `on_reboot` says so. */
export async function rebootContainer(context: Context, uuid: string, request: StopRequest): Promise<void> {
  await withController(context, uuid, async (active, control) => {
    const method = chooseMethod(active, 'reboot');
    if (method.by !== 'initctl') control.send('reboot', method.by === 'kill' ? KILL : method.number);
    if (await waitForEnd(control, request, ['ended', 'rebooted'])) return;
    control.send('reboot', KILL);
    await waitForEnd(control, { timeoutMs: DESTROY_TIMEOUT_MS }, ['ended', 'rebooted']);
  });
}

/** Kills the container. Resolves when no process, mount, cgroup or file of the run is left. */
export async function destroyContainer(context: Context, uuid: string): Promise<void> {
  await withController(context, uuid, kill);
}

async function kill(active: ActiveDomain, control: ControlConnection): Promise<void> {
  control.send('stop', 'destroyed', KILL);
  // A process frozen by the v1 freezer dies when it is thawed, before it runs again.
  if (await isFrozen(active.record.cgroups.groups).catch(() => false)) {
    await thaw(active.record.cgroups.groups).catch(() => undefined);
  }
  if (await waitForEnd(control, { timeoutMs: DESTROY_TIMEOUT_MS }, ['ended'])) return;
  throw new VirtError('INTERNAL_ERROR', 'Some processes refused to die');
}

async function withController(
  context: Context,
  uuid: string,
  use: (active: ActiveDomain, control: ControlConnection) => Promise<void>,
): Promise<void> {
  const active = await requireActive(context, uuid);
  await withProcess(active.controller, async (pidfd) => {
    const control = await ControlConnection.connect(context.live.folder(uuid));
    if (!control) return;
    try {
      await use(active, control);
      if (control.isOver) await native().pidfdWait(pidfd, DESTROY_TIMEOUT_MS);
    } finally {
      control.close();
    }
  });
  // Only a controller that was killed leaves anything to do.
  await recoverIfStale(context, uuid);
}

function chooseMethod(active: ActiveDomain, wanted: 'shutdown' | 'reboot'): StopMethod {
  const runlevel = wanted === 'shutdown' ? '0' : '6';
  const systemd = isSystemd(active.record.definition);
  if (!systemd && requestRunlevel(active.init.pid, runlevel)) return { by: 'initctl', runlevel };
  return chooseSignal(systemd, wanted, readSignalMasks(active.init.pid));
}

/**
 * True when one of these messages came or the controller is gone, false at the timeout.
 * An abort ends the waiting, not the stopping.
 */
async function waitForEnd(
  control: ControlConnection,
  request: StopRequest,
  names: readonly ('ended' | 'rebooted')[],
): Promise<boolean> {
  const timer = new AbortController();
  const waits: Promise<Message | 'gone' | 'timeout'>[] = [
    control.next(...names, 'refused').then((message) => message ?? 'gone'),
  ];
  if (request.timeoutMs !== Infinity)
    waits.push(delay(request.timeoutMs, 'timeout', { signal: timer.signal }));
  if (request.signal) waits.push(aborted(request.signal, timer.signal));
  try {
    const outcome = await Promise.race(waits);
    if (outcome !== 'timeout' && outcome !== 'gone' && outcome.name === 'refused') {
      throw refusal('cannot stop the container', outcome);
    }
    return outcome !== 'timeout';
  } finally {
    timer.abort();
    for (const wait of waits) wait.catch(() => undefined);
  }
}

/** Rejects when the caller gives up waiting, until `done`. */
function aborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(
        new VirtError('OPERATION_FAILED', 'the wait for the container was aborted', { cause: signal.reason }),
      );
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    done.addEventListener('abort', () => {
      signal.removeEventListener('abort', abort);
    });
  });
}
