/** What a test domain uses: nothing but a function of how long it has run, and of how many commands it runs. */
import { parseCpuset, type CompleteDomain } from '../definition/domain/index.js';
import { compact } from '../definition/plain/compact.js';
import type { Limits } from '../driver.js';
import type {
  BlockDeviceStats,
  ContainerProcess,
  CpuStats,
  DomainStats,
  MemoryStats,
  NamedInterfaceStats,
  PidsStats,
  Pressure,
  PressureStats,
  StatsGroup,
} from '../statistics.js';
import { TEST_CAPABILITIES } from './host.js';
import { limitsInForce } from './limits.js';
import { requireLive, type Run, type TestDomain } from './world.js';

const INIT_KIB = 4096;
const COMMAND_KIB = 1024;
const PAGE_BYTES = 4096n;

interface Usage {
  readonly domain: TestDomain;
  readonly live: CompleteDomain;
  readonly limits: Limits;
  readonly elapsedNs: bigint;
}

/** Processor time: a quarter of the time that the domain has run. */
export function cpuTimeNs({ live, clock }: TestDomain): bigint {
  return live ? clock.elapsedNs(process.hrtime.bigint()) / 4n : 0n;
}

/** Of init and the commands, KiB. */
export function usedMemoryKiB({ runs }: TestDomain): number {
  return memoryKiB(runs.size);
}

function memoryKiB(commands: number): number {
  return INIT_KIB + commands * COMMAND_KIB;
}

/** @throws VirtError OPERATION_INVALID when it is not active. */
export function readStats(domain: TestDomain, groups: readonly StatsGroup[]): DomainStats {
  const monotonicNs = process.hrtime.bigint();
  const live = requireLive(domain);
  const usage = { domain, live, limits: limitsInForce(live), elapsedNs: domain.clock.elapsedNs(monotonicNs) };
  const { uuid, name, id, state, reason } = domain;
  const read = <T>(group: StatsGroup, reader: (of: Usage) => T): T | undefined =>
    groups.includes(group) ? reader(usage) : undefined;
  return {
    uuid,
    name,
    id,
    state,
    reason,
    at: new Date(),
    monotonicNs,
    vcpus: live.vcpus,
    ...compact({
      cpu: read('cpu', cpuStats),
      memory: read('memory', memoryStats),
      block: read('block', blockStats),
      interface: read('interface', interfaceStats),
      pids: read('pids', pidsStats),
      pressure: read('pressure', pressureStats),
    }),
  };
}

/** Time is spread evenly over the CPUs that the domain may use, and is as much the user's as the system's. */
function cpuStats({ limits, elapsedNs }: Usage): CpuStats {
  const timeNs = elapsedNs / 4n;
  const cpus = parseCpuset(limits.cpuset ?? '0');
  const [first] = cpus;
  const share = timeNs / BigInt(cpus.length);
  const rest = timeNs - share * BigInt(cpus.length);
  const periodNs = BigInt(limits.periodMicroseconds) * 1000n;
  return {
    cpuTimeNs: timeNs,
    userTimeNs: timeNs / 2n,
    systemTimeNs: timeNs - timeNs / 2n,
    perCpuNs: Array.from({ length: TEST_CAPABILITIES.host.cpus }, (_, cpu) =>
      cpus.includes(cpu) ? share + (cpu === first ? rest : 0n) : 0n,
    ),
    throttling: {
      periods: limits.quotaMicroseconds > 0 ? Number(elapsedNs / periodNs) : 0,
      throttledPeriods: 0,
      throttledTimeNs: 0n,
    },
  };
}

function memoryStats({ domain, live, limits, elapsedNs }: Usage): MemoryStats {
  const usageKiB = usedMemoryKiB(domain);
  return {
    actualKiB: live.currentMemoryKiB,
    ...compact({ limitKiB: limits.hardLimitKiB }),
    usageKiB,
    peakKiB: memoryKiB(domain.peakRuns),
    workingSetKiB: usageKiB,
    rssKiB: usageKiB,
    cacheKiB: 0,
    swapKiB: 0,
    kernelKiB: 0,
    minorFaults: elapsedNs / 1_000_000n,
    majorFaults: 0n,
    oomKills: 0,
  };
}

/** A page is read every 20 ms, and two are written. */
function blockStats({ elapsedNs }: Usage): readonly BlockDeviceStats[] {
  const readRequests = elapsedNs / 20_000_000n;
  const writeRequests = readRequests * 2n;
  return [
    {
      device: 'vda',
      readRequests,
      readBytes: readRequests * PAGE_BYTES,
      writeRequests,
      writeBytes: writeRequests * PAGE_BYTES,
    },
  ];
}

/** Nobody talks to itself; the other interfaces get a packet every 10 ms, and answer it. */
function interfaceStats({ live, elapsedNs }: Usage): readonly NamedInterfaceStats[] {
  const { interfaces = [] } = live.devices;
  const names = interfaces.map(({ guestDev }, index) => guestDev ?? `eth${index}`);
  const packets = elapsedNs / 10_000_000n;
  return [traffic('lo', 0n), ...names.map((name) => traffic(name, packets))];
}

function traffic(name: string, packets: bigint): NamedInterfaceStats {
  return {
    name,
    rxBytes: packets * 64n,
    rxPackets: packets,
    rxErrors: 0n,
    rxDropped: 0n,
    txBytes: packets * 1024n,
    txPackets: packets,
    txErrors: 0n,
    txDropped: 0n,
  };
}

function pidsStats({ domain, limits }: Usage): PidsStats {
  return {
    current: 1 + domain.runs.size,
    ...(limits.pids === 'unlimited' ? {} : { limit: limits.pids }),
    peak: 1 + domain.peakRuns,
    refusals: 0,
  };
}

/** Nothing ever waits, but for a hundredth of the time for a CPU. */
function pressureStats({ elapsedNs }: Usage): PressureStats {
  const none: Pressure = { avg10: 0, avg60: 0, avg300: 0, totalUs: 0n };
  const some: Pressure = { avg10: 1, avg60: 1, avg300: 1, totalUs: elapsedNs / 100_000n };
  return {
    cpu: { some, full: none },
    memory: { some: none, full: none },
    io: { some: none, full: none },
  };
}

/** Init, which does all the work, and the commands. @throws VirtError OPERATION_INVALID when it is not active. */
export function listProcesses(domain: TestDomain): readonly ContainerProcess[] {
  const { os } = requireLive(domain);
  const { hostPid, clock } = domain;
  const argv = [os.init, ...(os.initargs ?? [])];
  return [
    describe(
      { pid: 1, hostPid, uid: 0, argv, startedAt: clock.startedAt },
      { cpuTimeNs: cpuTimeNs(domain), rssKiB: INIT_KIB },
    ),
    ...[...domain.runs].map((run) => describe(run, { cpuTimeNs: 0n, rssKiB: COMMAND_KIB })),
  ];
}

type Identity = Pick<Run, 'pid' | 'hostPid' | 'uid' | 'argv' | 'startedAt'>;

function describe(
  { pid, hostPid, uid, argv, startedAt }: Identity,
  use: Pick<ContainerProcess, 'cpuTimeNs' | 'rssKiB'>,
): ContainerProcess {
  const name = argv[0]?.replace(/^.*\//u, '') ?? '';
  return { pid, hostPid, parent: 0, uid, state: 'S', threads: 1, ...use, startedAt, name, argv };
}
