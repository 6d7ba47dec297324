/** Processes and threads of a container. Both versions of cgroups have the same files. */
import { compact } from '../../definition/plain/compact.js';
import type { PidsStats } from '../../statistics.js';
import type { Group } from '../cgroup/layout.js';
import type { ReadFile } from './kept-files.js';
import { countOf, numberIn } from './kernel-text.js';
import { filesOf, groupCounting } from './versions.js';

/** Undefined on a host that does not count them. */
export function readPids(groups: readonly Group[], read: ReadFile): PidsStats | undefined {
  const group = groupCounting(groups, 'pids');
  const file = group && filesOf(group, read);
  const number = (name: string): number | undefined => {
    const value = numberIn(file?.(name));
    return value === undefined ? undefined : Number(value);
  };
  const current = number('pids.current');
  if (current === undefined) return undefined;
  return compact({
    current,
    limit: number('pids.max'),
    peak: number('pids.peak'),
    refusals: countOf(file?.('pids.events'), 'max'),
  });
}
