/** The cgroup hierarchies of this host, and what of each belongs to this process. See docs/cgroups.md. */
import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseCgroupMounts } from './mounts.js';

export interface Hierarchy {
  readonly version: 1 | 2;
  /** `name=systemd` for a named hierarchy of v1; of v2 those that groups may have, which v1 has not. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** Which group is mounted there; absent for the root. */
  readonly mounted?: string;
  /** The group that was handed to this process; absent where it has the whole hierarchy. */
  readonly delegated?: string;
}

/** What the kernel tells this process of cgroups. */
export interface CgroupView {
  /** `/proc/self/mountinfo` */
  readonly mountinfo: string;
  /** `/proc/self/cgroup` */
  readonly memberships: string;
  /** Where `/proc/self/ns/cgroup` leads; empty when there is none. */
  readonly namespace: string;
  /** Whether groups can be made in a group, and processes moved into it. */
  isWritable(directory: string): boolean;
}

/** The kernel's number of the cgroup namespace that a host begins with. */
const INITIAL_NAMESPACE = 'cgroup:[4026531835]';

/**
 * Every hierarchy once: at the first mount where groups can be made, else at the first. Controllers of v2 are in a file
 * of its own, and not among these.
 */
export function findHierarchies(view: CgroupView): Hierarchy[] {
  const memberships = parseMemberships(view.memberships);
  const found = new Map<string, Hierarchy>();
  const unusable = new Map<string, Hierarchy>();
  for (const { version, controllers, root, mountPoint } of parseCgroupMounts(view.mountinfo)) {
    const key = keyOf(version, controllers);
    const own = pathBelow(root, memberships.get(key) ?? '/');
    if (own === undefined || found.has(key)) continue;
    const hierarchy = { version, controllers, mountPoint, ...(root === '/' ? {} : { mounted: root }) };
    const place = writableGroup(mountPoint, own, view);
    if (place === undefined) unusable.set(key, unusable.get(key) ?? hierarchy);
    else if (place === mountPoint && root === '/' && isInitial(view)) found.set(key, hierarchy);
    else found.set(key, { ...hierarchy, delegated: place });
  }
  // A named hierarchy limits nothing: where it is not ours, containers do without it.
  const rest = [...unusable].filter(([key]) => !found.has(key) && !key.startsWith('name='));
  return [...found.values(), ...rest.map(([, hierarchy]) => hierarchy)];
}

/** The hierarchies of this process. */
export function readHierarchies(): Hierarchy[] {
  const view = {
    mountinfo: readText('/proc/self/mountinfo'),
    memberships: readText('/proc/self/cgroup'),
    namespace: readNamespace(),
    isWritable,
  };
  return findHierarchies(view).map((hierarchy) =>
    hierarchy.version === 1
      ? hierarchy
      : { ...hierarchy, controllers: words(readText(join(baseOf(hierarchy), 'cgroup.controllers'))) },
  );
}

/** The group below which everything of ours is. */
export function baseOf({ delegated, mountPoint }: Pick<Hierarchy, 'delegated' | 'mountPoint'>): string {
  return delegated ?? mountPoint;
}

/** Where a group of `/proc/PID/cgroup` is; undefined when the mount does not show it. */
export function directoryOf({ mountPoint, mounted = '/' }: Hierarchy, group: string): string | undefined {
  const below = pathBelow(mounted, group);
  return below === undefined ? undefined : join(mountPoint, below);
}

/** The group of `/proc/PID/cgroup` in each hierarchy, by {@link keyOf}. */
export function parseMemberships(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, id, controllers = '', path = ''] = /^(\d+):([^:]*):(\/.*)$/u.exec(line) ?? [];
      if (id === undefined) return [];
      const key = id === '0' ? keyOf(2, []) : keyOf(1, controllers.split(','));
      return [[key, path] as const];
    }),
  );
}

/** What a hierarchy is known by. */
export function keyOf(version: 1 | 2, controllers: readonly string[]): string {
  return version === 2 ? 'unified' : [...controllers].sort().join();
}

/** The topmost group on the way to our own in which groups can be made. */
function writableGroup(mountPoint: string, own: string, view: CgroupView): string | undefined {
  const parts = own.split('/').filter((part) => part !== '');
  const way = [mountPoint, ...parts.map((_, index) => join(mountPoint, ...parts.slice(0, index + 1)))];
  return way.find((directory) => view.isWritable(directory));
}

/** A group's path in a mount; undefined when the mount shows only what lies beside it, or above our namespace. */
function pathBelow(root: string, group: string): string | undefined {
  if (root === '/') return group.startsWith('/..') ? '' : group;
  if (group !== root && !group.startsWith(`${root}/`)) return undefined;
  return group.slice(root.length);
}

function isInitial({ namespace }: CgroupView): boolean {
  return namespace === '' || namespace === INITIAL_NAMESPACE;
}

function isWritable(directory: string): boolean {
  try {
    // Whoever delegates a group gives away both.
    for (const path of [directory, join(directory, 'cgroup.procs')]) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/cgroup');
  } catch {
    return '';
  }
}

function words(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
