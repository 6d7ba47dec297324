/** CPU time of a container, and how often it used up its quota. */
import type { CpuStats } from '../../statistics.js';
import type { Group } from '../cgroup/layout.js';
import type { ReadFile } from './kept-files.js';
import { countersOf, filesOf, groupCounting } from './versions.js';

/** Undefined on a host that does not count it. */
export function readCpu(groups: readonly Group[], read: ReadFile): CpuStats | undefined {
  const counting = groupCounting(groups, 'cpuacct');
  const times = counting && countersOf(counting).cpuTime(filesOf(counting, read));
  if (!times) return undefined;
  const limiting = groupCounting(groups, 'cpu');
  const throttling = limiting && countersOf(limiting).throttling(filesOf(limiting, read));
  return throttling ? { ...times, throttling } : times;
}
