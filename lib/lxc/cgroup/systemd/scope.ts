/**
 * A scope of systemd's: a group in its tree that is ours.
 * @see https://systemd.io/CONTROL_GROUP_INTERFACE
 */
import type { Message, MessageBus } from 'dbus-native';
import { VirtError } from '../../../errors.js';
import { withSystemBus } from './bus.js';

export interface Scope {
  readonly name: string;
  readonly slice: string;
  /** For people. */
  readonly description: string;
}

const SYSTEMD = 'org.freedesktop.systemd1';
const MANAGER = {
  destination: SYSTEMD,
  path: '/org/freedesktop/systemd1',
  interface: `${SYSTEMD}.Manager`,
};
const SIGNAL = 4;
const TIMEOUT_MS = 30_000;
/** systemd's word for no limit. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/**
 * Makes a scope with one process in it, and resolves when the process is there. Groups may be made below it. It goes when
 * its last process has ended.
 *
 * @throws VirtError INTERNAL_ERROR without a system bus, DBUS_SERVICE when systemd refuses, OPERATION_FAILED when it
 *   fails, OPERATION_TIMEOUT when it does not answer in time
 */
export async function startScope(scope: Scope, pid: number, timeoutMs = TIMEOUT_MS): Promise<void> {
  const doing = `cannot make ${scope.name}`;
  const result = await withSystemBus({ doing, timeoutMs }, async ({ bus, closed }) => {
    const { ended } = await watchJob(bus, scope.name);
    await bus.invoke({
      ...MANAGER,
      member: 'StartTransientUnit',
      signature: 'ssa(sv)a(sa(sv))',
      body: [scope.name, 'fail', properties(scope, pid), []],
    });
    return Promise.race([ended, closed]);
  });
  if (result === 'done') return;
  throw new VirtError('OPERATION_FAILED', `${doing}: systemd's job ended as '${result}'`, {
    domain: 'SYSTEMD',
    hint: `'journalctl -u ${scope.name}' has the reason`,
  });
}

/** What systemd is told, so that none of its defaults limits or ends a container. */
function properties({ slice, description }: Scope, pid: number): [name: string, value: [string, unknown]][] {
  return [
    ['Description', ['s', description]],
    ['Slice', ['s', slice]],
    ['PIDs', ['au', [pid]]],
    ['Delegate', ['b', true]],
    // The container's own limit is kept below.
    ['TasksMax', ['t', UNLIMITED]],
    ['CollectMode', ['s', 'inactive-or-failed']],
  ];
}

/** Begins to look for the end of a unit's job; `ended` is how it has ended. */
async function watchJob(bus: MessageBus, unit: string): Promise<{ readonly ended: Promise<string> }> {
  const owner = bus.invokeDbus<string>({ member: 'GetNameOwner', signature: 's', body: [SYSTEMD] });
  const rule = `type='signal',sender='${SYSTEMD}',interface='${MANAGER.interface}',member='JobRemoved'`;
  await bus.addMatch(rule);
  await bus.invoke({ ...MANAGER, member: 'Subscribe' });
  // Everybody on the bus can send a signal of that name.
  const sender = await owner;
  const ended = new Promise<string>((resolve) => {
    bus.connection.on('message', ({ type, sender: from, member, body = [] }: Message) => {
      const [, , name, result] = body;
      if (type === SIGNAL && from === sender && member === 'JobRemoved' && name === unit)
        resolve(String(result));
    });
  });
  return { ended };
}
