/** What a version of cgroups counts, behind one interface: `v1.ts` and `v2.ts`. */
import type { BlockStats, CpuStats, CpuThrottling, MemoryStats } from '../../statistics.js';

/** The text of one file of a group; undefined when the group has no such file. */
export type GroupFile = (file: string) => string | undefined;

/** Memory as the kernel counts it. */
export type CountedMemory = Omit<MemoryStats, 'actualKiB'>;

/** Block I/O with a device that is known by its numbers, `major:minor`. */
export interface NumberedBlockStats extends BlockStats {
  readonly numbers: string;
}

/** Each member is undefined for a group that does not have the controller. */
export interface Counters {
  cpuTime(file: GroupFile): Omit<CpuStats, 'throttling'> | undefined;
  throttling(file: GroupFile): CpuThrottling | undefined;
  memory(file: GroupFile): CountedMemory | undefined;
  block(file: GroupFile): readonly NumberedBlockStats[] | undefined;
}
