/** What each kind of container gets when its definition asks for nothing else. */
import type { CapabilityName, SecurityKind } from '../domain/index.js';

/** Whether a container sees its own cgroup. */
export type CgroupAccess = 'readonly' | 'readwrite';

export interface KindDefaults {
  /** Inside its user namespace. */
  readonly capabilities: readonly CapabilityName[];
  readonly noNewPrivs: boolean;
  /** Processes and threads at a time. */
  readonly pids: number;
  /** Whether users see the processes of their own only. */
  readonly hidesProcesses: boolean;
  readonly cgroup: CgroupAccess;
  /** Whether its programs may hand capabilities on to what they execute. */
  readonly ambient: boolean;
}

const GENERIC = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'net_bind_service',
  'setgid',
  'setpcap',
  'setuid',
] as const satisfies readonly CapabilityName[];

const SYSTEMD = [
  ...GENERIC,
  'audit_write',
  'dac_read_search',
  'ipc_owner',
  'lease',
  'setfcap',
  'sys_admin',
  'sys_chroot',
  'sys_nice',
  'sys_ptrace',
] as const satisfies readonly CapabilityName[];

const BOOTED = [
  ...SYSTEMD,
  'net_broadcast',
  'sys_boot',
  'sys_tty_config',
] as const satisfies readonly CapabilityName[];

export const KIND_DEFAULTS: Readonly<Record<SecurityKind, KindDefaults>> = {
  generic: {
    capabilities: GENERIC,
    noNewPrivs: true,
    pids: 512,
    hidesProcesses: true,
    cgroup: 'readonly',
    ambient: false,
  },
  chroot: {
    capabilities: [],
    noNewPrivs: true,
    pids: 256,
    hidesProcesses: true,
    cgroup: 'readonly',
    ambient: false,
  },
  systemd: {
    capabilities: SYSTEMD,
    noNewPrivs: true,
    pids: 4096,
    hidesProcesses: false,
    cgroup: 'readwrite',
    ambient: true,
  },
  booted: {
    capabilities: BOOTED,
    noNewPrivs: false,
    pids: 16384,
    hidesProcesses: false,
    cgroup: 'readwrite',
    ambient: true,
  },
};

/** Each can do what those before it can. */
export const KINDS_BY_TRUST: readonly SecurityKind[] = ['chroot', 'generic', 'systemd', 'booted'];

/** For whoever shares the host's users: as root of the host, no kind gets more. */
export const WITHOUT_USER_NAMESPACE: readonly CapabilityName[] = GENERIC;
/** Only over a network of its own. */
export const WITH_OWN_NETWORK: Readonly<Partial<Record<SecurityKind, readonly CapabilityName[]>>> = {
  booted: ['net_admin'],
};
