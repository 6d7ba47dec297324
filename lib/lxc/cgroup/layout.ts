/** Which cgroups a container gets: names and paths only, nothing is touched here. */
import { basename, dirname, join } from 'node:path';
import { baseOf, type Hierarchy } from './hierarchies.js';

/** One container's cgroup in one hierarchy. */
export interface Group {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly directory: string;
}

export interface CgroupLayout {
  readonly groups: readonly Group[];
  /** Directories above the groups that go with the last of them, innermost first. */
  readonly partitions: readonly string[];
  /** Where the controller itself lives, one for each hierarchy: outside of Node's group and of all limits of ours. */
  readonly supervisors: readonly Group[];
  /** Those of them that have to be made first. */
  readonly made: readonly Group[];
}

/** What a domain's groups are named by. `run` makes them unique, as libvirt's id does: two state folders may hold the same domain. */
export interface RunName {
  readonly name: string;
  readonly partition?: string | undefined;
  readonly run: string;
}

export const DEFAULT_PARTITION = '/machine';

/** The group of all controllers in a delegated group of version 2, which hands controllers down and so can't hold processes. */
export const SUPERVISOR_GROUP = 'virtainer.supervisor';

/** The container's group in a scope of systemd's. */
export const SCOPE_GROUP = 'container';

/** The cgroups of one run of a domain where nobody else makes them. */
export function layoutCgroups(hierarchies: readonly Hierarchy[], domain: RunName): CgroupLayout {
  const partition = partitionComponents(domain.partition ?? DEFAULT_PARTITION);
  const leaf = groupName(domain.name, domain.run);
  const partitions = hierarchies.flatMap((hierarchy) =>
    partition.map((_, index) => join(baseOf(hierarchy), ...partition.slice(0, partition.length - index))),
  );
  return {
    groups: hierarchies.map((hierarchy) => groupIn(hierarchy, ...partition, leaf)),
    partitions,
    supervisors: hierarchies.map(supervisorIn),
    made: hierarchies.filter(isApart).map(supervisorIn),
  };
}

export function supervisorIn(hierarchy: Hierarchy): Group {
  return groupIn(hierarchy, ...(isApart(hierarchy) ? [SUPERVISOR_GROUP] : []));
}

/** The root of version 2 may hold processes and hand controllers down at the same time, and any group of version 1 may. */
function isApart({ version, delegated }: Hierarchy): boolean {
  return version === 2 && delegated !== undefined;
}

export function groupIn(hierarchy: Hierarchy, ...below: readonly string[]): Group {
  const { version, controllers } = hierarchy;
  return { version, controllers, directory: join(baseOf(hierarchy), ...below) };
}

/** libvirt's rule: `/machine` stays as it is, every other component gets a suffix. */
export function partitionComponents(partition: string): string[] {
  return partition
    .split('/')
    .filter((component) => component !== '')
    .map((component, index) =>
      index === 0 && component === 'machine' ? component : `${component}.partition`,
    );
}

/** `lxc-<run>-<name>.virtainer` */
export function groupName(name: string, run: string): string {
  return `${machineName(name, run)}.virtainer`;
}

/** `lxc-<run>-<name>`: only letters, digits, dots and dashes of the name, 64 characters at most. */
export function machineName(name: string, run: string): string {
  return `lxc-${run}-${name.replace(/[^A-Za-z0-9.-]/g, '')}`.slice(0, 64);
}

/** What names a run's group among all others, at the end of its path: a scope's groups have the same names everywhere. */
export function uniqueName(directory: string): string {
  const name = basename(directory);
  return name === SCOPE_GROUP ? join(basename(dirname(directory)), name) : name;
}

/** The group that has a controller, of whichever version. */
export function controllerGroup(groups: readonly Group[], controller: string): Group | undefined {
  return groups.find(({ controllers }) => controllers.includes(controller));
}

/** The group that has a v1 controller. */
export function groupOf(groups: readonly Group[], controller: string): Group | undefined {
  return groups.find((group) => group.version === 1 && group.controllers.includes(controller));
}

export function unifiedGroup(groups: readonly Group[]): Group | undefined {
  return groups.find((group) => group.version === 2);
}
