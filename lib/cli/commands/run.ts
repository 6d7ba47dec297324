/** `virtainer run`: a container for one command. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  createHostRoot,
  VirtError,
  type Connection,
  type Domain,
  type DomainDefinition,
} from '../../index.js';
import { attachCommand } from '../attach-command.js';
import { defineCommand, type OptionTable, type OptionValues } from '../command.js';
import { COMMAND_OPTIONS, commandRequest } from '../command-options.js';
import { usageError } from '../failure.js';
import { signalExitCode, SignalForwarder } from '../signal-forwarder.js';
import { parseSizeKiB } from '../units.js';

const RUN_OPTIONS = {
  host: { type: 'boolean', help: "a private root with the host's /usr read-only (the default)" },
  root: { type: 'string', value: 'DIR', help: 'this directory is the root; it is kept' },
  name: { type: 'string', short: 'n', value: 'NAME', help: 'name of the domain (run- and a random number)' },
  memory: { type: 'string', value: 'SIZE', help: 'memory limit, as 512M or 2G (no limit but the host)' },
  rm: { type: 'boolean', help: 'remove the container afterwards (always done)' },
  ...COMMAND_OPTIONS,
} as const satisfies OptionTable;

export const run = defineCommand({
  name: 'run',
  summary: 'run a command in a container of its own, which is removed afterwards',
  positionals: [],
  options: RUN_OPTIONS,
  runsCommand: true,
  async run(context, { values, argv }) {
    const request = commandRequest(values, argv, context.json);
    const settings = readSettings(values);
    const connection = await context.connect();
    // From here on no signal ends us before everything is removed.
    using signals = new SignalForwarder(context.io);
    await using root = settings.root === undefined ? await createHostRoot() : givenRoot(settings.root);
    const domain = await connection.createDomain(await definition(connection, settings, root.filesystems));
    try {
      if (signals.received) return signalExitCode(signals.received);
      return await attachCommand(context, domain, request, signals);
    } finally {
      await remove(domain);
    }
  },
});

interface Settings {
  readonly name: string;
  readonly root: string | undefined;
  readonly memoryKiB: number | undefined;
}

function readSettings({ name, host, root, memory }: OptionValues<typeof RUN_OPTIONS>): Settings {
  if (host && root !== undefined) throw usageError('run: --host and --root exclude each other', 'run');
  return {
    name: name ?? `run-${randomBytes(4).toString('hex')}`,
    root: root === undefined ? undefined : resolve(root),
    memoryKiB: memory === undefined ? undefined : parseSizeKiB('memory', memory),
  };
}

type Filesystems = NonNullable<NonNullable<DomainDefinition['devices']>['filesystems']>;

function givenRoot(source: string): AsyncDisposable & { readonly filesystems: Filesystems } {
  return {
    filesystems: [{ type: 'mount', source, target: '/' }],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function definition(
  connection: Connection,
  { name, memoryKiB }: Settings,
  filesystems: Filesystems,
): Promise<DomainDefinition> {
  return {
    type: 'lxc',
    name,
    memoryKiB: memoryKiB ?? (await connection.getCapabilities()).host.memoryKiB,
    os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
    devices: { filesystems, consoles: [{ type: 'pty' }] },
  };
}

/** The container may have ended by itself. */
async function remove(domain: Domain): Promise<void> {
  try {
    await domain.destroy();
  } catch (error) {
    if (error instanceof VirtError && ['NO_DOMAIN', 'OPERATION_INVALID'].includes(error.code)) return;
    throw error;
  }
}
