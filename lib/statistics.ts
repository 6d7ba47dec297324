/** What a running container has used, as plain data. Absent is what this host does not count. */
import type { DomainSummary } from './driver.js';

/** Parts of {@link DomainStats}; each costs its own reads. */
export const STATS_GROUPS = ['cpu', 'memory', 'block', 'interface', 'pids', 'pressure'] as const;
/** A part of {@link DomainStats}. */
export type StatsGroup = (typeof STATS_GROUPS)[number];

/** CPU time since the start, nanoseconds. Mirrors `virDomainGetCPUStats`. */
export interface CpuTimes {
  /** User and system time together. */
  readonly cpuTimeNs: bigint;
  readonly userTimeNs: bigint;
  readonly systemTimeNs: bigint;
}

/** How often the container used up its quota. Source: `cpu.stat`. */
export interface CpuThrottling {
  /** Periods in which something wanted to run. */
  readonly periods: number;
  /** Those of them in which the quota was used up. */
  readonly throttledPeriods: number;
  /** Time that processes had to wait for the next period, nanoseconds. */
  readonly throttledTimeNs: bigint;
}

/** Mirrors `virDomainGetCPUStats`, total and per CPU. */
export interface CpuStats extends CpuTimes {
  /** Time on each CPU of the host, nanoseconds, in the order of their numbers; absent on cgroup v2, which does not count it. */
  readonly perCpuNs?: readonly bigint[];
  readonly throttling?: CpuThrottling;
}

/** Memory, KiB. Mirrors `virDomainMemoryStats`, with names that mean what they say. */
export interface MemoryStats {
  /** What `<currentMemory>` allows. libvirt's `actual`. */
  readonly actualKiB: number;
  /** The limit in force in the kernel; absent when there is none. */
  readonly limitKiB?: number;
  /** Everything charged to the container, its page cache included. */
  readonly usageKiB: number;
  /** The highest {@link MemoryStats.usageKiB} since the start; absent where the kernel does not keep it. */
  readonly peakKiB?: number;
  /** Usage without the part of the page cache that the kernel would give up first. */
  readonly workingSetKiB: number;
  /** Anonymous memory. libvirt's `rss` is {@link MemoryStats.usageKiB} here. */
  readonly rssKiB: number;
  /** Page cache. */
  readonly cacheKiB: number;
  /** Swap in use; absent where it is not counted. libvirt calls it `swap_in`. */
  readonly swapKiB?: number;
  /** Memory of the kernel on behalf of the container; absent where it is not counted apart. */
  readonly kernelKiB?: number;
  /** Page faults since the start. */
  readonly minorFaults: bigint;
  /** Page faults that had to read from a disk. */
  readonly majorFaults: bigint;
  /** Processes of the container that the kernel killed because of its limit; absent where it is not counted. */
  readonly oomKills?: number;
}

/** Block I/O since the start. Mirrors `virDomainBlockStats`. */
export interface BlockStats {
  readonly readRequests: bigint;
  readonly readBytes: bigint;
  readonly writeRequests: bigint;
  readonly writeBytes: bigint;
}

/** Block I/O with one device of the host. */
export interface BlockDeviceStats extends BlockStats {
  /** Name of the device on the host, as in `/dev`, or its numbers `major:minor` when it has none. */
  readonly device: string;
}

/** Traffic of a network interface, as the container sees it. Mirrors `virDomainInterfaceStats`. */
export interface InterfaceStats {
  readonly rxBytes: bigint;
  readonly rxPackets: bigint;
  readonly rxErrors: bigint;
  readonly rxDropped: bigint;
  readonly txBytes: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly txDropped: bigint;
}

/** One interface of the container. */
export interface NamedInterfaceStats extends InterfaceStats {
  /** Its name inside the container. */
  readonly name: string;
}

/** Processes and threads. */
export interface PidsStats {
  readonly current: number;
  /** Absent when there is no limit. */
  readonly limit?: number;
  /** The highest number since the start; absent where the kernel does not keep it. */
  readonly peak?: number;
  /** How often the limit refused a new one; absent where it is not counted. */
  readonly refusals?: number;
}

/** Share of the time in which processes had to wait for a resource. Source: the kernel's pressure stall information. */
export interface Pressure {
  /** Percent of the last 10 seconds. */
  readonly avg10: number;
  /** Percent of the last 60 seconds. */
  readonly avg60: number;
  /** Percent of the last 300 seconds. */
  readonly avg300: number;
  /** Since the start, microseconds. */
  readonly totalUs: bigint;
}

/** `some`: at least one process waited; `full`: all of them did. */
export interface ResourcePressure {
  readonly some: Pressure;
  readonly full?: Pressure;
}

export interface PressureStats {
  readonly cpu?: ResourcePressure;
  readonly memory?: ResourcePressure;
  readonly io?: ResourcePressure;
}

/** One reading of a running domain. A group is there when it was asked for and the host counts it. */
export interface DomainStats extends Pick<DomainSummary, 'state' | 'reason'> {
  readonly uuid: string;
  readonly name: string;
  /** Process id of the controller. */
  readonly id: number;
  /** When it was read. */
  readonly at: Date;
  /** The clock that rates are computed with, nanoseconds since the host's boot. */
  readonly monotonicNs: bigint;
  readonly vcpus: number;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  /** Per device of the host that the container has used. */
  readonly block?: readonly BlockDeviceStats[];
  readonly interface?: readonly NamedInterfaceStats[];
  readonly pids?: PidsStats;
  readonly pressure?: PressureStats;
}

/** A process of a container. */
export interface ContainerProcess {
  /** Its number inside the container. */
  readonly pid: number;
  /** Its number on the host. */
  readonly hostPid: number;
  /** Number of its parent inside the container; 0 for init, and for what came in from outside. */
  readonly parent: number;
  /** Number of its user inside the container. */
  readonly uid: number;
  /** One letter, as in `/proc/PID/stat`: `R`, `S`, `D`, `Z`, ... */
  readonly state: string;
  readonly threads: number;
  readonly cpuTimeNs: bigint;
  readonly rssKiB: number;
  readonly startedAt: Date;
  /** The name of its program. */
  readonly name: string;
  /** Its arguments; empty for a zombie. */
  readonly argv: readonly string[];
}
