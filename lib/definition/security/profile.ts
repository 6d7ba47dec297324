/** Which walls a container has: those of its kind, as its definition changes them. Pure. */
import {
  applyCapabilityStates,
  type CapabilityName,
  type DomainDefinition,
  type PathList,
  type Rlimit,
  type SecurityKind,
} from '../domain/index.js';
import { KIND_DEFAULTS, WITH_OWN_NETWORK, WITHOUT_USER_NAMESPACE, type CgroupAccess } from './kinds.js';
import { securityKind } from './kind.js';
import { MASKED_PATHS, READONLY_PATHS } from './paths.js';
import { DEFAULT_RLIMITS } from './rlimits.js';

/** The package's list for a kind, or a file of the host. */
export type SeccompProfile = SecurityKind | { readonly file: string };

/** Every wall of a container. */
export interface SecurityProfile {
  readonly kind: SecurityKind;
  /** Whether its users are others than the host's. */
  readonly userNamespace: boolean;
  /** What its root keeps, in the kernel's order. */
  readonly capabilities: readonly CapabilityName[];
  /** Whether capabilities can be handed on by programs that have them. */
  readonly ambientCapabilities: boolean;
  readonly noNewPrivs: boolean;
  /** `undefined`: every system call is allowed. */
  readonly seccomp: SeccompProfile | undefined;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly hidesProcesses: boolean;
  readonly cgroup: CgroupAccess;
  readonly pids: number | 'unlimited';
  readonly rlimits: readonly Rlimit[];
}

/** @param kind - as found out by whoever can look into the root; by the definition alone when absent */
export function securityProfile(
  definition: DomainDefinition,
  kind: SecurityKind = securityKind(definition),
): SecurityProfile {
  const defaults = KIND_DEFAULTS[kind];
  const { extensions } = definition;
  return {
    kind,
    userNamespace: hasUserNamespace(definition),
    capabilities: capabilities(definition, kind),
    ambientCapabilities: defaults.ambient,
    noNewPrivs: extensions?.noNewPrivs ?? defaults.noNewPrivs,
    seccomp: seccomp(definition, kind),
    maskedPaths: withDefaults(extensions?.maskedPaths, MASKED_PATHS),
    readonlyPaths: withDefaults(extensions?.readonlyPaths, READONLY_PATHS),
    hidesProcesses: defaults.hidesProcesses,
    cgroup: defaults.cgroup,
    pids: extensions?.pids?.limit ?? defaults.pids,
    rlimits: rlimits(extensions?.rlimits),
  };
}

export function hasUserNamespace({ extensions }: DomainDefinition): boolean {
  return extensions?.userNamespace?.mode !== 'none';
}

function capabilities(definition: DomainDefinition, kind: SecurityKind): readonly CapabilityName[] {
  return applyCapabilityStates(definition.features?.capabilities, kindCapabilities(definition, kind));
}

function kindCapabilities(definition: DomainDefinition, kind: SecurityKind): readonly CapabilityName[] {
  const own = KIND_DEFAULTS[kind].capabilities;
  const network = definition.lxcNamespace?.sharenet ? [] : (WITH_OWN_NETWORK[kind] ?? []);
  if (hasUserNamespace(definition) || isInsecure(definition)) return [...own, ...network];
  return own.filter((name) => WITHOUT_USER_NAMESPACE.includes(name));
}

/** Whether the author has said that the host is not to be protected from root of this container. */
export function isInsecure({ extensions }: DomainDefinition): boolean {
  const userNamespace = extensions?.userNamespace;
  return userNamespace?.mode === 'none' && userNamespace.insecure === true;
}

function seccomp({ extensions }: DomainDefinition, kind: SecurityKind): SeccompProfile | undefined {
  const asked = extensions?.seccomp;
  if (asked?.profile === 'unconfined') return undefined;
  return asked?.profile === 'file' ? { file: asked.file } : kind;
}

function withDefaults(list: PathList | undefined, defaults: readonly string[]): readonly string[] {
  return [...(list?.defaults === false ? [] : defaults), ...(list?.paths ?? [])];
}

function rlimits(own: readonly Rlimit[] = []): readonly Rlimit[] {
  const set = new Set(own.map(({ name }) => name));
  return [...DEFAULT_RLIMITS.filter(({ name }) => !set.has(name)), ...own];
}
