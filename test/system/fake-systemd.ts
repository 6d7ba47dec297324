/**
 * A system bus of its own with somebody on it who does what systemd does to make a scope, in the real hierarchies of
 * this host. Like systemd it leaves cpuset and the freezer of version 1 alone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, watch, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient, type MessageBus } from 'dbus-native';
import { readHierarchies } from '../../lib/lxc/cgroup/hierarchies.js';

export const DBUS_DAEMON = ['/usr/bin/dbus-daemon', '/bin/dbus-daemon'].find((path) => existsSync(path));

const NAME = 'org.freedesktop.systemd1';
const PATH = '/org/freedesktop/systemd1';
const MANAGER = `${NAME}.Manager`;
const MANAGED = ['cpu', 'cpuacct', 'memory', 'devices', 'blkio', 'pids', 'name=systemd'];

const ALLOWED = ['method_call', 'method_return', 'error', 'signal']
  .map((type) => `<allow send_type="${type}"/><allow receive_type="${type}"/>`)
  .join('');

export interface TestBus {
  readonly address: string;
  stop(): Promise<void>;
}

export async function startBus(): Promise<TestBus> {
  const directory = await mkdtemp(join(tmpdir(), 'virtainer-bus-'));
  const config = join(directory, 'bus.conf');
  await writeFile(
    config,
    // As on a real system bus, but that everybody may have any name and call anybody.
    `<busconfig><type>system</type><listen>unix:path=${directory}/socket</listen><auth>EXTERNAL</auth>
     <policy context="default"><allow user="*"/><allow own="*"/>${ALLOWED}</policy></busconfig>`,
  );
  const daemon = spawn(DBUS_DAEMON ?? 'dbus-daemon', [
    `--config-file=${config}`,
    '--nofork',
    '--print-address',
  ]);
  const [address] = (await once(daemon.stdout, 'data')) as [Buffer];
  return { address: address.toString('utf8').trim(), stop: () => stopBus(daemon, directory) };
}

async function stopBus(daemon: ChildProcess, directory: string): Promise<void> {
  const ended = once(daemon, 'exit');
  daemon.kill();
  await ended;
  await rm(directory, { recursive: true });
}

/** What systemd was asked for. */
export interface Asked {
  readonly unit: string;
  readonly mode: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How the next scope is answered. */
export interface Behaviour {
  /** A D-Bus error instead of a job. */
  readonly refusal?: { readonly dbusName: string; readonly message: string };
  readonly result?: string;
  /** The job never ends. */
  readonly silent?: boolean;
  /** The job has ended before the call returns. */
  readonly quick?: boolean;
  /** When the scope is there, before anything is answered. */
  readonly whenMade?: () => void;
}

export class FakeSystemd {
  readonly asked: Asked[] = [];
  behaviour: Behaviour = {};
  readonly #bus: MessageBus;
  /** Directories of each scope, in all managed hierarchies. */
  readonly #scopes = new Map<
    string,
    { readonly directories: readonly string[]; readonly gone: Promise<void> }
  >();

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  static async start(address: string): Promise<FakeSystemd> {
    const bus = createClient({ busAddress: address, plainValues: true, returnBigInt: true });
    const fake = new FakeSystemd(bus);
    bus.setMethodCallHandler(PATH, MANAGER, 'Subscribe', [() => undefined, '']);
    bus.setMethodCallHandler(PATH, MANAGER, 'StartTransientUnit', [
      (unit: string, mode: string, properties: readonly (readonly [string, unknown])[]) =>
        fake.#startUnit({ unit, mode, properties: Object.fromEntries(properties) }),
      'o',
    ]);
    await bus.requestName(NAME, 0);
    return fake;
  }

  async stop(): Promise<void> {
    await this.#bus.close();
  }

  /** Resolves when systemd has removed every scope. */
  async allGone(): Promise<void> {
    await Promise.all([...this.#scopes.values()].map(({ gone }) => gone));
  }

  #startUnit(asked: Asked): string {
    this.asked.push(asked);
    const { refusal, result = 'done', silent, quick, whenMade } = this.behaviour;
    if (refusal) throw Object.assign(new Error(refusal.message), refusal);
    if (result === 'done') this.#makeScope(asked);
    whenMade?.();
    const job = `${PATH}/job/${this.asked.length}`;
    const end = (): void => {
      this.#bus.sendSignal(PATH, MANAGER, 'JobRemoved', 'uoss', [this.asked.length, job, asked.unit, result]);
    };
    if (quick) end();
    else if (!silent) setTimeout(end, 5);
    return job;
  }

  #makeScope({ unit, properties }: Asked): void {
    const steps = String(properties.Slice).replace('.slice', '').split('-');
    const slices = steps.map((_, index) => `${steps.slice(0, index + 1).join('-')}.slice`);
    const directories = managedRoots().map((root) => join(root, ...slices, unit));
    for (const directory of directories) {
      mkdirSync(directory, { recursive: true });
      for (const pid of properties.PIDs as number[])
        writeFileSync(join(directory, 'cgroup.procs'), String(pid));
    }
    this.#scopes.set(unit, { directories, gone: whenEmpty(directories) });
  }
}

function managedRoots(): string[] {
  return readHierarchies()
    .filter(({ version, controllers }) => version === 2 || controllers.some((name) => MANAGED.includes(name)))
    .map(({ mountPoint }) => mountPoint);
}

/** Removes a scope when nothing runs in it any more, as systemd does: with all that was made below. */
async function whenEmpty(directories: readonly string[]): Promise<void> {
  const unified = directories.find((directory) => existsSync(join(directory, 'cgroup.events'))) ?? '';
  const events = join(unified, 'cgroup.events');
  const isEmpty = (): boolean => readFileSync(events, 'utf8').includes('populated 0');
  await new Promise<void>((resolve) => {
    const watcher = watch(events, () => {
      if (!isEmpty()) return;
      watcher.close();
      resolve();
    });
    if (isEmpty()) {
      watcher.close();
      resolve();
    }
  });
  for (const directory of directories) removeTree(directory);
  // Slices of this test alone: a slice that another scope is in stays.
  for (const directory of directories) removeEmpty(dirname(directory));
}

function removeTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  rmdirSync(directory);
}

function removeEmpty(slice: string): void {
  if (!slice.endsWith('.slice')) return;
  try {
    rmdirSync(slice);
  } catch {
    return;
  }
  removeEmpty(dirname(slice));
}
