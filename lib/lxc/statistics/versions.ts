/** Where a controller is on this host: in version 1 or 2, each controller for itself. */
import { groupOf, unifiedGroup, type Group } from '../cgroup/layout.js';
import type { Counters, GroupFile } from './counters.js';
import type { ReadFile } from './kept-files.js';
import { V1 } from './v1.js';
import { V2 } from './v2.js';

/** The names that controllers have in version 1. */
export type Controller = 'cpuacct' | 'cpu' | 'memory' | 'blkio' | 'pids';

/** What version 1 does not have can only be in the group of version 2, and whether it is, its files tell. */
export function groupCounting(groups: readonly Group[], controller: Controller): Group | undefined {
  return groupOf(groups, controller) ?? unifiedGroup(groups);
}

export function countersOf({ version }: Group): Counters {
  return version === 1 ? V1 : V2;
}

export function filesOf({ directory }: Group, read: ReadFile): GroupFile {
  return (file) => read(directory, file);
}
