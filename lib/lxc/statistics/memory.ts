/** Memory of a container. */
import type { MemoryStats } from '../../statistics.js';
import type { Group } from '../cgroup/layout.js';
import type { ReadFile } from './kept-files.js';
import { countersOf, filesOf, groupCounting } from './versions.js';

/** Undefined on a host that does not count it. `actualKiB` is what the definition says. */
export function readMemory(
  groups: readonly Group[],
  actualKiB: number,
  read: ReadFile,
): MemoryStats | undefined {
  const group = groupCounting(groups, 'memory');
  const memory = group && countersOf(group).memory(filesOf(group, read));
  return memory && { actualKiB, ...memory };
}
