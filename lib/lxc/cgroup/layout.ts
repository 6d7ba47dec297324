/** Which cgroups a container gets: names and paths only, nothing is touched here. */
import { join } from 'node:path';
import type { Hierarchy } from './hierarchies.js';

/** One container's cgroup in one hierarchy. */
export interface Group {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly directory: string;
}

export interface CgroupLayout {
  readonly groups: readonly Group[];
  /** Partition directories above the groups, innermost first. */
  readonly partitions: readonly string[];
  /** Roots of the hierarchies: where the controller itself lives, outside of Node's group and of all limits. */
  readonly supervisors: readonly Group[];
}

export const DEFAULT_PARTITION = '/machine';

/**
 * The cgroups of one run of a domain. `run` makes the name unique, as libvirt's id does: two state folders
 * may hold the same domain.
 */
export function layoutCgroups(
  hierarchies: readonly Hierarchy[],
  domain: { readonly name: string; readonly partition?: string | undefined; readonly run: string },
): CgroupLayout {
  const partition = partitionComponents(domain.partition ?? DEFAULT_PARTITION);
  const leaf = groupName(domain.name, domain.run);
  const partitions = hierarchies.flatMap(({ mountPoint }) =>
    partition.map((_, index) => join(mountPoint, ...partition.slice(0, partition.length - index))),
  );
  return {
    groups: hierarchies.map(({ version, controllers, mountPoint }) => ({
      version,
      controllers,
      directory: join(mountPoint, ...partition, leaf),
    })),
    partitions,
    supervisors: supervisorGroups(hierarchies),
  };
}

export function supervisorGroups(hierarchies: readonly Hierarchy[]): Group[] {
  return hierarchies.map(({ version, controllers, mountPoint }) => ({
    version,
    controllers,
    directory: mountPoint,
  }));
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

/** `lxc-<run>-<name>.virtainer`: only letters, digits, dots and dashes of the name, 64 characters at most. */
export function groupName(name: string, run: string): string {
  const machine = `lxc-${run}-${name.replace(/[^A-Za-z0-9.-]/g, '')}`.slice(0, 64);
  return `${machine}.virtainer`;
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
