/** The walls of a definition, and those that the same container has when nothing is said about them. */
import { basename } from 'node:path';
import {
  keptCapabilities,
  type CapabilityName,
  type CompleteDomain,
  type KernelLimit,
  type PathList,
  type Rlimit,
  type Seccomp,
  type SecurityKind,
} from '../../../definition/domain/index.js';

/** What the report needs to know of a container's profile. */
export interface ReportedProfile {
  readonly kind: SecurityKind;
  readonly capabilities: readonly CapabilityName[];
  readonly noNewPrivs: boolean;
  readonly seccomp: Seccomp;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly pids: KernelLimit;
  readonly rlimits: readonly Rlimit[];
  readonly userNamespace: boolean;
}

/** The profile, and what it would be without anything that could relax it. */
export interface Profiles {
  readonly actual: ReportedProfile;
  readonly usual: ReportedProfile;
}

export function profilesOf(definition: CompleteDomain): Profiles {
  const actual = profileOf(definition);
  return { actual, usual: profileOf(withoutWishes(definition, actual.kind)) };
}

function withoutWishes(definition: CompleteDomain, kind: SecurityKind): CompleteDomain {
  const { features: _features, idmap: _idmap, ...rest } = definition;
  return { ...rest, extensions: { security: { kind } } };
}

const GENERIC: readonly CapabilityName[] = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'net_bind_service',
  'setgid',
  'setpcap',
  'setuid',
];
const SYSTEMD: readonly CapabilityName[] = [
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
];
const BOOTED: readonly CapabilityName[] = [
  ...SYSTEMD,
  'net_admin',
  'net_broadcast',
  'net_raw',
  'sys_boot',
  'sys_resource',
  'sys_tty_config',
];
const KINDS: Readonly<
  Record<SecurityKind, { readonly capabilities: readonly CapabilityName[]; readonly pids: number }>
> = {
  generic: { capabilities: GENERIC, pids: 512 },
  chroot: { capabilities: [], pids: 256 },
  systemd: { capabilities: SYSTEMD, pids: 4096 },
  booted: { capabilities: BOOTED, pids: 16_384 },
};
const MASKED = ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
const RLIMITS: readonly Rlimit[] = [
  { name: 'nofile', soft: 1024, hard: 1_048_576 },
  { name: 'core', soft: 0, hard: 'unlimited' },
  { name: 'memlock', soft: 65_536, hard: 65_536 },
];

function profileOf({ extensions = {}, features, os }: CompleteDomain): ReportedProfile {
  const kind = extensions.security?.kind ?? inferKind(os.init);
  const { capabilities, pids } = KINDS[kind];
  const { rlimits = [] } = extensions;
  return {
    kind,
    capabilities: features?.capabilities ? keptCapabilities(features.capabilities) : capabilities,
    noNewPrivs: extensions.noNewPrivs ?? kind !== 'booted',
    seccomp: extensions.seccomp ?? { profile: 'default' },
    maskedPaths: withList(MASKED, extensions.maskedPaths),
    readonlyPaths: withList(READONLY, extensions.readonlyPaths),
    pids: extensions.pids?.limit ?? pids,
    rlimits: [...RLIMITS.filter(({ name }) => !rlimits.some((own) => own.name === name)), ...rlimits],
    userNamespace: extensions.userNamespace?.mode !== 'none',
  };
}

function inferKind(init: string): SecurityKind {
  return ['init', 'systemd'].includes(basename(init)) ? 'booted' : 'generic';
}

function withList(
  usual: readonly string[],
  { defaults = true, paths = [] }: PathList = {},
): readonly string[] {
  return defaults ? [...usual, ...paths] : paths;
}
