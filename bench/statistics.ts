/**
 * What a reading of statistics costs, as ratios against the bare system calls for the same files in the same run:
 * `npm run bench:statistics`, as root. `--domains N` for another number of containers than 20.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, readSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostRoot, open, type Connection, type Domain, type HostRoot } from 'virtainer';
import { measure, report } from './measure.js';

const ROUNDS = 1000;
const buffer = Buffer.allocUnsafe(64 * 1024);

interface Group {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly directory: string;
}

/** The files that a reading of all groups needs, on a host of this layout. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  cpuacct: ['cpuacct.usage', 'cpuacct.stat', 'cpuacct.usage_percpu'],
  cpu: ['cpu.stat'],
  memory: [
    'usage_in_bytes',
    'stat',
    'limit_in_bytes',
    'max_usage_in_bytes',
    'kmem.usage_in_bytes',
    'oom_control',
  ].map((name) => `memory.${name}`),
  blkio: ['throttle', 'bfq'].flatMap((part) => [
    `blkio.${part}.io_service_bytes_recursive`,
    `blkio.${part}.io_serviced_recursive`,
  ]),
  pids: ['pids.current', 'pids.max', 'pids.peak', 'pids.events'],
};
const UNIFIED = ['cgroup.freeze', 'cpu.pressure', 'memory.pressure', 'io.pressure'];
const UNIFIED_ALONE = ['cpu.stat', 'io.stat', 'pids.current', 'pids.max', 'pids.peak', 'pids.events'].concat(
  ['current', 'stat', 'max', 'peak', 'swap.current', 'events'].map((name) => `memory.${name}`),
);

function filesOf(state: string, { uuid }: Domain): string[] {
  const run = join(state, 'run', uuid);
  const live = JSON.parse(readFileSync(join(run, 'live.json'), 'utf8')) as {
    cgroups: { groups: readonly Group[] };
  };
  const init = readFileSync(join(run, 'controller'), 'utf8').split(' ')[3] ?? '';
  const { groups } = live.cgroups;
  const alone = groups.every(({ version }) => version === 2);
  return [
    ...groups.flatMap(({ version, controllers, directory }) => {
      const names =
        version === 2
          ? [...UNIFIED, ...(alone ? UNIFIED_ALONE : [])]
          : controllers.flatMap((name) => FILES[name] ?? []);
      return names.map((name) => join(directory, name));
    }),
    `/proc/${init}/stat`,
    `/proc/${init}/net/dev`,
  ];
}

function readKept(descriptors: readonly number[]): Promise<void> {
  for (const descriptor of descriptors) {
    buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  }
  return Promise.resolve();
}

function readOpened(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const descriptor = openSync(file, 'r');
    buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    closeSync(descriptor);
  }
  return Promise.resolve();
}

async function startAll(connection: Connection, root: HostRoot, count: number): Promise<Domain[]> {
  const domains: Domain[] = [];
  for (let number = 1; number <= count; number++) {
    domains.push(
      await connection.createDomain({
        type: 'lxc',
        name: `bench-${number}`,
        memoryKiB: 64 * 1024,
        os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
        devices: { filesystems: root.filesystems, consoles: [{ type: 'pty' }] },
      }),
    );
  }
  return domains;
}

async function compare(state: string, connection: Connection, domains: readonly Domain[]): Promise<void> {
  const [domain] = domains;
  if (!domain) throw new Error('no domains');
  const files = filesOf(state, domain);
  const descriptors = files.map((file) => openSync(file, 'r'));
  const rounds = { rounds: ROUNDS };

  const kept = await measure('bare reads, kept open (peer)', () => readKept(descriptors), rounds);
  const opened = await measure('bare open, read, close (peer)', () => readOpened(files), rounds);
  const async = await measure(
    'promises.readFile (peer)',
    () => Promise.all(files.map((file) => readFile(file))),
    rounds,
  );
  for (const descriptor of descriptors) closeSync(descriptor);
  const all = await measure('getStats() of all groups', () => domain.getStats(), rounds);
  const cpu = await measure("getStats() of 'cpu'", () => domain.getStats({ groups: ['cpu'] }), rounds);
  const info = await measure('getInfo()', () => domain.getInfo(), rounds);
  const bulk = await measure(
    `getAllDomainStats() of ${domains.length}`,
    () => connection.getAllDomainStats(),
    {
      rounds: Math.ceil(ROUNDS / domains.length),
    },
  );
  const each = bulk.medianMs / domains.length;
  report(
    [kept, opened, async, all, cpu, info, bulk],
    [
      ['files of one reading', files.length],
      ['getStats() / kept open', all.medianMs / kept.medianMs],
      ['getStats() / open, read, close', all.medianMs / opened.medianMs],
      ['getAllDomainStats() per domain / kept open', each / kept.medianMs],
      ['getAllDomainStats() per domain / open, read, close', each / opened.medianMs],
    ],
  );
}

async function main(): Promise<void> {
  const count = Number(process.argv[process.argv.indexOf('--domains') + 1]) || 20;
  const state = mkdtempSync(join(tmpdir(), 'virtainer-bench-'));
  await using root = await createHostRoot();
  await using connection = await open(`lxc:///embed?root=${state}`);
  const domains: Domain[] = [];
  try {
    domains.push(...(await startAll(connection, root, count)));
    await compare(state, connection, domains);
  } finally {
    for (const domain of await connection.listAllDomains()) await domain.destroy();
    await rm(state, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
