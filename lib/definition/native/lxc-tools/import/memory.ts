/** Limits of memory, in both generations of cgroups. */
import type { DomainDefinition, Memtune } from '../../../domain/index.js';
import { compactOrNothing } from '../../../plain/compact.js';
import type { Config } from '../config.js';
import { memoryLimitKiB } from '../values.js';

/** libvirt's, for lack of anything better: <memory> is required. */
const PLACEHOLDER_KIB = 65_536;

export function importMemory(config: Config): Pick<DomainDefinition, 'memoryKiB'> & { memtune?: Memtune } {
  const v1 = 'lxc.cgroup.memory';
  const hardLimitKiB = memoryLimitKiB(config.first(`${v1}.limit_in_bytes`, 'lxc.cgroup2.memory.max'));
  const memtune = compactOrNothing({
    hardLimitKiB,
    softLimitKiB: memoryLimitKiB(config.first(`${v1}.soft_limit_in_bytes`, 'lxc.cgroup2.memory.high')),
    swapHardLimitKiB:
      memoryLimitKiB(config.first(`${v1}.memsw.limit_in_bytes`)) ?? importSwap(config, hardLimitKiB),
  });
  const memoryKiB = hardLimitKiB ?? PLACEHOLDER_KIB;
  return memtune ? { memoryKiB, memtune } : { memoryKiB };
}

/** The unified hierarchy limits swap alone, a definition both together, and to no swap without a word. */
function importSwap(config: Config, hardLimitKiB: number | undefined): number | undefined {
  const entry = config.first('lxc.cgroup2.memory.swap.max');
  const swapKiB = memoryLimitKiB(entry);
  if (swapKiB === 0) return undefined;
  if (swapKiB === undefined || hardLimitKiB !== undefined) {
    return swapKiB === undefined ? undefined : swapKiB + (hardLimitKiB ?? 0);
  }
  if (entry) config.leave(entry, 'a limit of swap needs one of memory');
  return undefined;
}
