/** Block I/O of a container, device by device. */
import type { BlockDeviceStats } from '../../statistics.js';
import type { Group } from '../cgroup/layout.js';
import type { NumberedBlockStats } from './counters.js';
import type { ReadFile } from './kept-files.js';
import { countersOf, filesOf, groupCounting } from './versions.js';

/** Undefined on a host that does not count it. */
export function readBlock(
  groups: readonly Group[],
  nameOf: (numbers: string) => string,
  read: ReadFile,
): readonly BlockDeviceStats[] | undefined {
  const group = groupCounting(groups, 'blkio');
  const devices = group && countersOf(group).block(filesOf(group, read));
  return devices?.filter(wasUsed).map(({ numbers, ...counts }) => ({ device: nameOf(numbers), ...counts }));
}

/** The kernel also lists devices that others use. */
function wasUsed({ readRequests, readBytes, writeRequests, writeBytes }: NumberedBlockStats): boolean {
  return readRequests + readBytes + writeRequests + writeBytes > 0n;
}
