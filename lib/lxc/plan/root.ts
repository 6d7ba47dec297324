/** The root file system and what every container has in it. */
import { domainRoot, type CompleteDomain, type IdmapEntry } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import { VirtError } from '../../errors.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import { bindFlags } from './bind-flags.js';
import { planCgroupMounts } from './cgroup-mounts.js';
import { mapsIds, type OwnerFacts } from './filesystems.js';
import type { NamespaceFacts } from './namespaces.js';
import type { Plan } from './steps.js';

const DEV_BYTES = 64 * 1024;
const SHM_BYTES = 64 * 1024 * 1024;
const TTY_GROUP = 5;
/** Of a container; the host has 4096 for all. */
const MAX_TERMINALS = 1024;
/** Mount points of the container that must be real directories: a link there could lead anywhere. */
const KERNEL_FLAGS = 'nosuid,noexec,nodev,nosymlinks';

const NODES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const;

const LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
  ['pts/ptmx', '/dev/ptmx'],
] as const;

/** What the kernel's file systems in a container depend on. */
export interface RootFacts extends OwnerFacts {
  readonly profile: SecurityProfile;
  readonly namespaces: NamespaceFacts;
  readonly cgroups: CgroupLayout;
}

export function planRoot(plan: Plan, definition: CompleteDomain, facts: RootFacts): void {
  const { ids } = facts.namespaces;
  const root = domainRoot(definition);
  if (root?.type !== 'mount') {
    throw new VirtError('CONFIG_UNSUPPORTED', "no <filesystem type='mount'> with target '/'");
  }
  const flags = bindFlags({ readonly: root.readonly === true, mapsIds: mapsIds(facts, root.source) });
  plan.add(`<filesystem> target '/'`, 'root', root.source, flags);
  planProc(plan, facts);
  plan.add('/sys', 'mount', 'sysfs', 'sysfs', '/sys', `${KERNEL_FLAGS},ro`);
  const showsLimits = definition.extensions?.resourceView?.mode !== 'host';
  planCgroupMounts(plan, { access: facts.profile.cgroup, showsLimits }, facts.cgroups);
  planDev(plan, ids);
  planConsoles(plan, definition);
}

function planProc(plan: Plan, { profile, namespaces }: RootFacts): void {
  const options = profile.hidesProcesses ? ['hidepid=2'] : [];
  plan.add('/proc', 'mount', 'proc', 'proc', '/proc', KERNEL_FLAGS, ...options);
  if (!profile.readonlyPaths.includes('/proc/sys')) return;
  // /proc/sys becomes read-only except for the container's own network: that part is bound onto itself
  // first, and comes along when the whole is bound.
  const hasNetwork = !namespaces.shared.some(({ kind }) => kind === 'net');
  if (hasNetwork) plan.add('/proc/sys/net', 'bind-inside', '/proc/sys/net', '/proc/sys/net', '-');
  plan.add('/proc/sys', 'bind-inside', '/proc/sys', '/proc/sys', 'recursive');
  plan.add('/proc/sys', 'remount-readonly', '/proc/sys');
}

function planDev(plan: Plan, ids: NamespaceFacts['ids']): void {
  const ttyGroup = hostId(ids?.gids, TTY_GROUP);
  plan.add(
    '/dev',
    'mount',
    'tmpfs',
    'devfs',
    '/dev',
    'nosuid,noexec,nosymlinks',
    'mode=755',
    `size=${DEV_BYTES}`,
  );
  for (const [name, major, minor] of NODES) {
    plan.add(`/dev/${name}`, 'device', `/dev/${name}`, 'c', major, minor, '666');
  }
  plan.add('/dev/pts', 'directory', '/dev/pts', '755');
  plan.add(
    '/dev/pts',
    'mount',
    'devpts',
    'devpts',
    '/dev/pts',
    'nosuid,noexec',
    'newinstance',
    'ptmxmode=666',
    'mode=620',
    ...(ttyGroup === undefined ? [] : [`gid=${ttyGroup}`]),
    `max=${MAX_TERMINALS}`,
  );
  plan.add('/dev/shm', 'directory', '/dev/shm', '1777');
  plan.add(
    '/dev/shm',
    'mount',
    'tmpfs',
    'shm',
    '/dev/shm',
    'nosuid,nodev,noexec',
    'mode=1777',
    `size=${SHM_BYTES}`,
  );
  plan.add('/dev/mqueue', 'directory', '/dev/mqueue', '755');
  plan.add('/dev/mqueue', 'mount', 'mqueue', 'mqueue', '/dev/mqueue', 'nosuid,nodev,noexec');
  for (const [target, path] of LINKS) plan.add(path, 'symlink', target, path);
}

function planConsoles(plan: Plan, definition: CompleteDomain): void {
  const { consoles } = definition.devices;
  plan.add('<console>', 'open-consoles', consoles.length, '/dev/pts');
  consoles.forEach((_, index) => plan.add('<console>', 'bind-console', index, `/dev/tty${index + 1}`));
  plan.add('<console>', 'bind-console', 0, '/dev/console');
}

/** The host's number of an id of the container; undefined when it has none. */
export function hostId(map: readonly IdmapEntry[] | undefined, id: number): number | undefined {
  if (!map) return id;
  const entry = map.find(({ start, count }) => start <= id && id < start + count);
  return entry && entry.target + id - entry.start;
}
