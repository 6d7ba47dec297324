/**
 * What a driver must provide: plain data in, plain data out; streams and events are the only exceptions.
 * The public objects (Connection, Domain) check arguments, turn XML into definitions and call these.
 */
import type { AffectOptions } from './affected.js';
import type { Readable, Writable } from 'node:stream';
import type { CompleteDomain, HostFacts } from './definition/domain/index.js';
import type { Capabilities, DomainCapabilities, SecurityModel } from './definition/host/index.js';
import type { SecurityReport } from './definition/security/index.js';
import type { BlkiotuneDevice, KernelLimit, NumatuneMode } from './definition/domain/index.js';
import type { DomainEvent, ExitStatus } from './domain-events.js';
import type { ContainerProcess, DomainStats, StatsGroup } from './statistics.js';

export * from './domain-events.js';

/** Names of `virDomainState` that a container can have, with libvirt's numbers. */
export const DOMAIN_STATES = {
  nostate: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  shutoff: 5,
  crashed: 6,
  pmsuspended: 7,
} as const;
/** State of a domain. Mirrors `virDomainState`. */
export type DomainState = keyof typeof DOMAIN_STATES;

/** Why a domain is in its state, with libvirt's numbers per state. */
export const STATE_REASONS = {
  running: { unknown: 0, booted: 1, unpaused: 5 },
  paused: { unknown: 0, user: 1 },
  shutoff: { unknown: 0, shutdown: 1, destroyed: 2, crashed: 3, failed: 6 },
} as const;
/** Why a domain is in its state. Mirrors `virDomainRunningReason`, `virDomainPausedReason`, `virDomainShutoffReason`. */
export type StateReason =
  'unknown' | 'booted' | 'unpaused' | 'user' | 'shutdown' | 'destroyed' | 'crashed' | 'failed';

/** One line of a domain list: everything that is known without reading a definition. */
export interface DomainSummary {
  readonly uuid: string;
  readonly name: string;
  /** Process id of the controller, -1 when inactive. */
  readonly id: number;
  readonly state: DomainState;
  readonly reason: StateReason;
  readonly persistent: boolean;
  readonly autostart: boolean;
  /** How the init of the last run ended, when the domain is off and that is known. */
  readonly lastExit?: ExitStatus;
}

/** Mirrors `virDomainInfo`. */
export interface DomainInfo {
  readonly state: DomainState;
  /** Memory limit, KiB. */
  readonly maxMemoryKiB: number;
  /** Memory in use when active, the configured size otherwise, KiB. */
  readonly memoryKiB: number;
  readonly vcpus: number;
  /** CPU time used by the container since its start, nanoseconds. */
  readonly cpuTimeNs: bigint;
}

/** The label that a security module has put on a container. Mirrors `virSecurityLabel`. */
export interface SecurityLabel {
  /** SELinux: `user:role:type:range`; AppArmor: the name of the profile, or `unconfined`. */
  readonly label: string;
  /** False when the module only reports what it would refuse. */
  readonly enforcing: boolean;
}

/** The module that labels containers on a host. Mirrors `virSecurityModel`. */
export type ActiveSecurityModel = Pick<SecurityModel, 'model' | 'doi'>;

/** What a domain is held to: read from the kernel for one that runs, and from the definition otherwise. */
export interface Limits {
  /** Absent: unlimited, as all of memory. */
  readonly hardLimitKiB?: number;
  readonly softLimitKiB?: number;
  /** Memory and swap together. */
  readonly swapHardLimitKiB?: number;
  readonly shares: number;
  readonly periodMicroseconds: number;
  /** Of the whole container; -1: none. */
  readonly quotaMicroseconds: number;
  /** Absent where the host has no weights of block I/O. */
  readonly blockWeight?: number;
  readonly blockDevices: readonly BlkiotuneDevice[];
  readonly memoryMode: NumatuneMode;
  /** NUMA nodes of the host; absent where it does not tell them apart. */
  readonly nodeset?: string;
  /** CPUs of the host; absent where they can't be assigned. */
  readonly cpuset?: string;
  readonly pids: KernelLimit;
}

/** Which of the two definitions of an active persistent domain is meant. */
export type Scope = 'live' | 'config';

/** Resources that a container is limited in. */
export type LimitKind = 'memory' | 'cpu' | 'cpuset' | 'block' | 'pids' | 'hugetlb';

/** Makes a new definition of an old one; pure. */
export interface DefinitionChange {
  (definition: CompleteDomain, scope: Scope): CompleteDomain;
  /** Limits that the kernel is told even if the definition had them before: somebody else may have changed them. */
  readonly limits?: readonly LimitKind[];
}

/** A subscription made by {@link Driver.subscribe}. */
export interface Subscription {
  close(): void;
}

/** What a command is run with; every default has been filled in by the caller except where noted. */
export interface ExecRequest {
  readonly argv: readonly [string, ...string[]];
  /** User inside the container, name or number; root when absent. */
  readonly user?: string;
  /** Group inside the container; the user's primary group when absent. */
  readonly group?: string;
  /** Directory inside the container; `/` when absent. */
  readonly cwd?: string;
  /** Added to (and winning over) the container's basic environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A terminal of this size instead of three pipes. */
  readonly tty?: { readonly rows: number; readonly cols: number };
  /** False: the command's input is empty. */
  readonly stdin: boolean;
}

/** What a command and those of its descendants that were waited for have used. */
export interface CommandUsage {
  /** CPU time in user space, milliseconds. */
  readonly userTimeMs: number;
  /** CPU time in the kernel, milliseconds. */
  readonly systemTimeMs: number;
  /** Both together. */
  readonly cpuTimeMs: number;
  /** Largest resident memory of any one of these processes, KiB. */
  readonly peakMemoryKiB: number;
  /** Time from the command's birth to its end, milliseconds: without what starting it and reading its output took. */
  readonly wallMs: number;
}

/** How a command ended. */
export interface CommandExit extends Pick<ExitStatus, 'exitCode' | 'signal'> {
  /** True when it was killed because its container had reached a memory limit; absent otherwise. */
  readonly isMemoryLimit?: true;
  /** Absent when it is not known. */
  readonly usage?: CommandUsage;
}

/** A command running inside a container. Streams are raw bytes. */
export interface ExecHandle {
  /** Process id on the host. */
  readonly pid: number;
  /** Null when the request said `stdin: false`. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** Null with a tty: the terminal has one stream. */
  readonly stderr: Readable | null;
  /** Resolves when the command has ended; rejects with a VirtError when its end can't be known. */
  readonly exit: Promise<CommandExit>;
  /** Sends a signal to the command's process group. No effect after its end. */
  kill(signal: NodeJS.Signals | number): void;
  /** Sets the size of the terminal; no effect without one. */
  resize(rows: number, cols: number): void;
}

/** An attached console. Each attachment sees the whole output, from the oldest byte still buffered. */
export interface ConsoleHandle {
  /** Output of the console. Ends when the domain stops. Emits `gap` with a number of bytes that were lost. */
  readonly output: Readable;
  /** Writes to the console's input; the callback comes when the bytes are on their way. */
  write(data: Uint8Array, done: (error?: Error | null) => void): void;
  resize(rows: number, cols: number): void;
  close(): void;
}

/** How long stopping may take, and who may give up waiting. */
export interface StopRequest {
  /** Milliseconds until the container is killed; Infinity: never. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface LookupKey {
  readonly by: 'name' | 'uuid' | 'id';
  readonly value: string;
}

/** Ids of the host, users and groups alike: `count` from `start`. */
export interface IdRange {
  readonly start: number;
  readonly count: number;
}

/**
 * A driver. All methods reject with VirtError. Unknown domains: NO_DOMAIN. Wrong state: OPERATION_INVALID.
 * `uuid` is always a lower-case dashed UUID.
 */
export interface Driver {
  /** Mirrors `virConnectGetType`. */
  readonly type: 'LXC' | 'TEST';
  /** The canonical URI. */
  readonly uri: string;
  /** What definitions are completed with. */
  readonly host: HostFacts;

  close(): Promise<void>;
  getCapabilities(): Promise<Capabilities>;
  /** For one of the architectures of `host.guestArches`. */
  getDomainCapabilities(arch: string): Promise<DomainCapabilities>;
  /** Kernel version as libvirt counts it: major * 1000000 + minor * 1000 + release. */
  getVersion(): Promise<number>;
  getHostname(): Promise<string>;

  /** The host's active security modules, the one whose labels domains get by default first. */
  getSecurityModels(): Promise<readonly ActiveSecurityModel[]>;

  listDomains(): Promise<readonly DomainSummary[]>;
  /** Undefined when there is none. */
  lookupDomain(key: LookupKey): Promise<DomainSummary | undefined>;

  /** Stores a persistent definition. Duplicate name or uuid: OPERATION_FAILED. */
  defineDomain(definition: CompleteDomain): Promise<DomainSummary>;
  /** Starts a transient domain (or this definition for one run of an inactive persistent domain). */
  createDomain(definition: CompleteDomain): Promise<DomainSummary>;
  startDomain(uuid: string): Promise<void>;
  /** Asks the container to stop, and resolves when it is off. */
  shutdownDomain(uuid: string, request: StopRequest): Promise<void>;
  /** Asks the container to reboot, and resolves when its new init runs. */
  rebootDomain(uuid: string, request: StopRequest): Promise<void>;
  /** Kills the container, and resolves when nothing of it is left. */
  destroyDomain(uuid: string): Promise<void>;
  suspendDomain(uuid: string): Promise<void>;
  resumeDomain(uuid: string): Promise<void>;
  undefineDomain(uuid: string): Promise<void>;

  getInfo(uuid: string): Promise<DomainInfo>;
  /** The labels of the domain's init, one per security module; empty when it is not active. */
  getSecurityLabels(uuid: string): Promise<readonly SecurityLabel[]>;
  /** The live definition when active, else the persistent one; `'config'` always means the persistent one. */
  getDefinition(uuid: string, scope?: Scope): Promise<CompleteDomain>;
  /** Of the container that runs, or of the one that the next start will make. */
  getSecurityReport(uuid: string): Promise<SecurityReport>;
  /** Of the running container, or of the persistent definition. */
  getLimits(uuid: string, scope: Scope): Promise<Limits>;
  /** One reading. OPERATION_INVALID for a domain that is not running. */
  getStats(uuid: string, groups: readonly StatsGroup[]): Promise<DomainStats>;
  /** One reading of every running domain. */
  getAllStats(groups: readonly StatsGroup[]): Promise<readonly DomainStats[]>;
  /** The processes of a running container. */
  listProcesses(uuid: string): Promise<readonly ContainerProcess[]>;
  /**
   * Changes one or both definitions, with no change by anybody else in between. Limits of the live one are changed in
   * the kernel too: all of them, or nothing.
   */
  updateDefinition(uuid: string, affected: AffectOptions, change: DefinitionChange): Promise<void>;
  setAutostart(uuid: string, autostart: boolean): Promise<void>;
  /** Sends a signal to process `pid` as numbered inside the container. */
  sendProcessSignal(uuid: string, pid: number, signal: number): Promise<void>;

  exec(uuid: string, request: ExecRequest): Promise<ExecHandle>;
  openConsole(uuid: string, index: number): Promise<ConsoleHandle>;

  /**
   * Delivers every event recorded after this call (or after `since`), in order, once each.
   * Resolves when no later event can be missed.
   */
  subscribe(listener: (event: DomainEvent) => void, since?: number): Promise<Subscription>;
}
