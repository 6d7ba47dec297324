/** How far a domain is apart from its host. */
import type {
  CapabilityName,
  IdmapEntry,
  KernelLimit,
  NamedNetworkNamespace,
  Rlimit,
  Seclabel,
  SecurityKind,
  SharedNamespace,
} from '../domain/index.js';

/** Beside the user namespace, which is a protection of its own. */
export type NamespaceName = 'mount' | 'pid' | 'network' | 'ipc' | 'uts' | 'cgroup' | 'time';

/** One wall between a container and its host. */
export interface Protection {
  /** False when the definition makes this wall lower than it is by default for its kind. */
  readonly isolated: boolean;
}

/** Which users of the host those of a container are. */
export interface UserNamespaceReport extends Protection {
  /** `auto`: a range of its own; `idmap`: as `<idmap>` says; `none`: root of the container is root of the host. */
  readonly mode: 'auto' | 'idmap' | 'none';
  /** Empty when there is no map, or when an inactive domain will get its range at its start. */
  readonly uids: readonly IdmapEntry[];
  readonly gids: readonly IdmapEntry[];
}

export interface NamespaceReport extends Protection {
  /** Whose namespace it is, when it is not the container's own. */
  readonly sharedWith?: SharedNamespace | NamedNetworkNamespace;
}

export interface CapabilitiesReport extends Protection {
  /** What root of the container can have; inside its user namespace only, when it has one. */
  readonly kept: readonly CapabilityName[];
}

export interface PathsReport extends Protection {
  readonly paths: readonly string[];
}

/** Which system calls it can make. */
export interface SeccompReport extends Protection {
  /** The list of a kind, that of a file of the host, or every system call. */
  readonly profile: SecurityKind | 'file' | 'unconfined';
  readonly file?: string;
}

/** A device of the host that the container has beyond those that every container has. */
export interface GivenDevice {
  /** Path of its node on the host, or what else names it. */
  readonly device: string;
  readonly readonly: boolean;
}

export interface DevicesReport extends Protection {
  readonly extra: readonly GivenDevice[];
}

/** What a security module of the host labels a running process with. */
export interface LiveLabel {
  readonly label: string;
  /** False when the module only tells of what it would refuse. */
  readonly enforcing: boolean;
}

/**
 * Isolated only with a label: that of the run, which is enforced, or before a start one that is asked for. Without a wish a label is made
 * where the host has a module for it, which is not known before.
 */
export interface LabelsReport extends Protection {
  /** What security modules are told, one for each. Empty: what the host's module does by itself. */
  readonly labels: readonly Seclabel[];
  /** Of an active domain: the labels of its init; empty when no module of the host labels it. */
  readonly live?: readonly LiveLabel[];
}

export interface LimitsReport extends Protection {
  readonly pids: KernelLimit;
  readonly memoryKiB: KernelLimit;
  readonly rlimits: readonly Rlimit[];
}

/** A directory of the host in the container. */
export interface HostPath {
  readonly source: string;
  readonly target: string;
}

export interface NetworkReport {
  /** What connects the container to others, for example `<interface type='bridge'>`; loopback only when empty. */
  readonly interfaces: readonly string[];
}

export interface RootReport {
  readonly readonly: boolean;
  /** Directory of the host; absent for other types. */
  readonly source?: string;
}

export interface HostPathsReport extends Protection {
  /** Beside the root. */
  readonly writable: readonly HostPath[];
  readonly readonly: readonly HostPath[];
}

/** Something that is weaker than the default. */
export interface Relaxation {
  /** Which of the report's protections. */
  readonly protection: keyof Protections;
  /** Which part of the definition does it, for example `<virtainer:userNamespace mode='none'>`. */
  readonly element: string;
  /** What can happen because of it. */
  readonly effect: string;
}

/** Every wall that a container has. */
export interface Protections {
  readonly userNamespace: UserNamespaceReport;
  readonly namespaces: Readonly<Record<NamespaceName, NamespaceReport>>;
  readonly capabilities: CapabilitiesReport;
  readonly noNewPrivs: Protection & { readonly enabled: boolean };
  readonly seccomp: SeccompReport;
  readonly maskedPaths: PathsReport;
  readonly readonlyPaths: PathsReport;
  readonly devices: DevicesReport;
  readonly labels: LabelsReport;
  readonly limits: LimitsReport;
  readonly hostPaths: HostPathsReport;
}

/**
 * How far a domain is apart from its host, as {@link Domain.getSecurityReport} tells it: for an active domain as it
 * runs, for another one as its next start will make it.
 */
export interface SecurityReport {
  /** Whether it is about a running container. */
  readonly active: boolean;
  readonly kind: SecurityKind;
  /** True when nothing is relaxed. */
  readonly isolated: boolean;
  readonly protections: Protections;
  readonly root: RootReport;
  readonly network: NetworkReport;
  /** In the order of the protections. */
  readonly relaxed: readonly Relaxation[];
}
