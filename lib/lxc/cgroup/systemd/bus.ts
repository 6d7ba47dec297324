/** A connection to the system bus for one question. */
import type * as DBus from 'dbus-native';
import { createRequire } from 'node:module';
import { VirtError } from '../../../errors.js';

const DEFAULT_ADDRESS = 'unix:path=/run/dbus/system_bus_socket';

export interface SystemBus {
  readonly bus: DBus.MessageBus;
  /** Rejects when the connection ends. */
  readonly closed: Promise<never>;
}

export interface Question {
  /** For messages: what it is for. */
  readonly doing: string;
  /** Of all of it, with every answer. */
  readonly timeoutMs: number;
}

/**
 * Connects for as long as `ask` takes. Every wait for an answer ends with the connection, which ends at the timeout.
 *
 * @throws VirtError INTERNAL_ERROR when there is no bus, DBUS_SERVICE when who was asked refuses, OPERATION_TIMEOUT when
 *   there is no answer in time
 */
export async function withSystemBus<T>(question: Question, ask: (bus: SystemBus) => Promise<T>): Promise<T> {
  const address = process.env.DBUS_SYSTEM_BUS_ADDRESS ?? DEFAULT_ADDRESS;
  const timeout = AbortSignal.timeout(question.timeoutMs);
  let bus: DBus.MessageBus | undefined;
  try {
    bus = connect(address, timeout);
    const closed = closing(bus.connection);
    await bus.invokeDbus({ member: 'Hello' });
    return await ask({ bus, closed });
  } catch (cause) {
    if (cause instanceof VirtError) throw cause;
    throw timeout.aborted ? tooLate(question, cause) : explain(question, address, cause);
  } finally {
    await bus?.close();
  }
}

/** The library is loaded here and not before: hosts without systemd never need it. */
function connect(busAddress: string, timeout: AbortSignal): DBus.MessageBus {
  const { createClient } = createRequire(__filename)('dbus-native') as typeof DBus;
  // `direct`: its own greeting would throw its failure where nobody can catch it.
  const bus = createClient({ busAddress, authMethods: ['EXTERNAL'], direct: true });
  const hangUp = (): void => {
    bus.connection.stream.destroy();
  };
  bus.connection.on('error', hangUp);
  bus.connection.on('handlerError', hangUp);
  timeout.addEventListener('abort', hangUp);
  return bus;
}

function closing(connection: DBus.DBusConnection): Promise<never> {
  const closed = new Promise<never>((_, reject) => {
    connection.on('close', (cause) => {
      reject(cause ?? new Error('the connection was closed'));
    });
  });
  closed.catch(() => undefined);
  return closed;
}

function tooLate({ doing, timeoutMs }: Question, cause: unknown): VirtError {
  return new VirtError('OPERATION_TIMEOUT', `${doing}: no answer within ${timeoutMs / 1000} s`, {
    domain: 'SYSTEMD',
    hint: "'systemctl list-jobs' shows what systemd is waiting for",
    cause,
  });
}

function explain({ doing }: Question, address: string, error: unknown): VirtError {
  const { dbusName, code, message, cause } = error as Partial<DBus.DBusError> & NodeJS.ErrnoException;
  if (dbusName !== undefined && code !== 'ECONNCLOSED') {
    return new VirtError('DBUS_SERVICE', `${doing}: ${message} (${dbusName})`, {
      domain: 'SYSTEMD',
      cause: error,
    });
  }
  const why = (cause ?? error) as NodeJS.ErrnoException;
  return new VirtError('INTERNAL_ERROR', `${doing}: no system bus at ${address}: ${why.message}`, {
    domain: 'SYSTEMD',
    errno: why.code,
    hint: "systemd is this host's process 1 and has all its cgroups: start its bus with 'systemctl start dbus.socket'",
    cause: error,
  });
}
