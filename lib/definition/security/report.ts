/** How far a container is apart from its host: computed from its definition, and from what its start has chosen. */
import {
  domainRoot,
  type CompleteDomain,
  type IdmapEntry,
  type Seclabel,
  type SecurityKind,
} from '../domain/index.js';
import { inferredKind, securityKind } from './kind.js';
import { securityProfile } from './profile.js';
import { hostPaths } from './report/host-paths.js';
import { deviceName, relaxationsOf, type Profiles } from './report/relaxations.js';
import type {
  LiveLabel,
  NamespaceName,
  NamespaceReport,
  Protections,
  RootReport,
  SecurityReport,
  UserNamespaceReport,
} from './security-report.js';

const ALL_IDS = 2 ** 32 - 1;

/** What is known of a running container only. */
export interface LiveSecurity {
  readonly uids: readonly IdmapEntry[];
  readonly gids: readonly IdmapEntry[];
  /** Of its init, one for each security module of the host. */
  readonly labels: readonly LiveLabel[];
}

export interface ReportFacts {
  /** As found out by whoever can look into the root; by the definition alone when absent. */
  readonly kind?: SecurityKind;
  /** The kind that it looks like, also where the definition names another; by the definition alone when absent. */
  readonly unnamedKind?: SecurityKind;
  /** Of a running container, with the definition it runs with. */
  readonly live?: LiveSecurity | undefined;
}

/** Pure. */
export function securityReport(definition: CompleteDomain, facts: ReportFacts = {}): SecurityReport {
  const { kind = securityKind(definition), live } = facts;
  const isNamed = definition.extensions?.security !== undefined;
  // Of a running container not from its root, which its own processes could have changed.
  const { unnamedKind = isNamed ? inferredKind(definition) : kind } = facts;
  const plain = withoutWishes(definition);
  const profiles = {
    actual: securityProfile(definition, kind),
    usual: securityProfile(plain, kind),
    unnamed: securityProfile(plain, unnamedKind),
  };
  const relaxed = relaxationsOf(definition, profiles);
  const isolated = (protection: keyof Protections): boolean =>
    !relaxed.some((relaxation) => relaxation.protection === protection);
  const protections = protectionsOf(definition, profiles, { isolated, live });
  return {
    active: live !== undefined,
    kind: profiles.actual.kind,
    isolated: relaxed.length === 0 && protections.userNamespace.isolated,
    protections,
    root: rootOf(definition),
    network: { interfaces: interfacesOf(definition) },
    relaxed,
  };
}

/** The same container, if its author had nothing to say about its walls. */
function withoutWishes(definition: CompleteDomain): CompleteDomain {
  const copy = { ...definition };
  for (const key of ['features', 'idmap', 'extensions']) Reflect.deleteProperty(copy, key);
  return copy;
}

interface Judgement {
  readonly isolated: (protection: keyof Protections) => boolean;
  readonly live: LiveSecurity | undefined;
}

function protectionsOf(
  definition: CompleteDomain,
  { actual }: Profiles,
  { isolated, live }: Judgement,
): Protections {
  const { devices, seclabels = [], memtune } = definition;
  const users = userNamespaceOf(definition, live, actual.userNamespace);
  return {
    userNamespace: { isolated: isolated('userNamespace') && users.mode !== 'none', ...users },
    namespaces: namespacesOf(definition),
    capabilities: { isolated: isolated('capabilities'), kept: actual.capabilities },
    noNewPrivs: { isolated: isolated('noNewPrivs'), enabled: actual.noNewPrivs },
    seccomp: { isolated: isolated('seccomp'), ...seccompOf(actual.seccomp) },
    maskedPaths: { isolated: isolated('maskedPaths'), paths: actual.maskedPaths },
    readonlyPaths: { isolated: isolated('readonlyPaths'), paths: actual.readonlyPaths },
    devices: {
      isolated: isolated('devices'),
      extra: [
        ...(devices.disks ?? []).map((disk) => ({
          device: disk.source ?? disk.target,
          readonly: disk.readonly === true,
        })),
        ...(devices.hostdevs ?? []).map((hostdev) => ({ device: deviceName(hostdev), readonly: false })),
      ],
    },
    labels: labelsOf(seclabels, live, isolated('labels')),
    limits: {
      isolated: isolated('limits'),
      pids: actual.pids,
      memoryKiB: memtune?.hardLimitKiB ?? definition.currentMemoryKiB,
      rlimits: actual.rlimits,
    },
    hostPaths: { isolated: isolated('hostPaths'), ...hostPaths(definition) },
  };
}

function userNamespaceOf(
  { idmap }: CompleteDomain,
  live: LiveSecurity | undefined,
  isAsked: boolean,
): Omit<UserNamespaceReport, 'isolated'> {
  // What the kernel says counts more than what the definition asked for.
  if (!isAsked || (live && isHostMap(live))) return { mode: 'none', uids: [], gids: [] };
  const { uids = [], gids = [] } = live ?? idmap ?? {};
  return { mode: idmap ? 'idmap' : 'auto', uids, gids };
}

/** The host's own namespace maps every id to itself. */
function isHostMap({ uids }: LiveSecurity): boolean {
  return uids.length === 1 && uids[0]?.target === 0 && uids[0].count === ALL_IDS;
}

/** Before a start nobody knows whether a module of its host labels it, unless it can't start without. */
function labelsOf(
  labels: readonly Seclabel[],
  live: LiveSecurity | undefined,
  isolated: boolean,
): Protections['labels'] {
  const isLabelled = labels.some((seclabel) => isConfining(seclabel, live));
  return { isolated: isolated && isLabelled, labels, ...(live ? { live: live.labels } : {}) };
}

function isConfining(seclabel: Seclabel, live: LiveSecurity | undefined): boolean {
  if (seclabel.type === 'none' || seclabel.label === 'unconfined') return false;
  return !live || live.labels.some(({ label, enforcing }) => enforcing && label === seclabel.label);
}

function namespacesOf({ lxcNamespace }: CompleteDomain): Readonly<Record<NamespaceName, NamespaceReport>> {
  const own: NamespaceReport = { isolated: true };
  const orOwn = (sharedWith: NamespaceReport['sharedWith']): NamespaceReport =>
    sharedWith ? { isolated: false, sharedWith } : own;
  return {
    mount: own,
    pid: own,
    network: orOwn(lxcNamespace?.sharenet),
    ipc: orOwn(lxcNamespace?.shareipc),
    uts: orOwn(lxcNamespace?.shareuts),
    cgroup: own,
    time: own,
  };
}

function seccompOf(profile: Profiles['actual']['seccomp']): Omit<Protections['seccomp'], 'isolated'> {
  if (profile === undefined) return { profile: 'unconfined' };
  return typeof profile === 'string' ? { profile } : { profile: 'file', file: profile.file };
}

function rootOf(definition: CompleteDomain): RootReport {
  const root = domainRoot(definition);
  return {
    readonly: root?.readonly === true,
    ...(root?.type === 'mount' ? { source: root.source } : {}),
  };
}

function interfacesOf({ devices: { interfaces = [], hostdevs = [] } }: CompleteDomain): readonly string[] {
  return [
    ...interfaces.map(({ type }) => `<interface type='${type}'>`),
    ...hostdevs.filter(({ type }) => type === 'net').map(({ type }) => `<hostdev type='${type}'>`),
  ];
}
