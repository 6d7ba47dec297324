/** What a definition holds its domain to, with the kernel's defaults where it does not say. Pure. */
import { memoryLimitKiB, type CompleteDomain } from './definition/domain/index.js';
import { compact } from './definition/plain/compact.js';
import { securityProfile } from './definition/security/index.js';
import type { Limits } from './driver.js';

export function definedLimits(definition: CompleteDomain): Limits {
  const { memtune, cputune, blkiotune, numatune, cpuset } = definition;
  return {
    ...compact({
      hardLimitKiB: memtune?.hardLimitKiB,
      softLimitKiB: memtune?.softLimitKiB,
      swapHardLimitKiB: memtune?.swapHardLimitKiB ?? memoryLimitKiB(definition),
      blockWeight: blkiotune?.weight,
      nodeset: numatune?.memory?.nodeset,
      cpuset,
    }),
    shares: cputune?.shares ?? 1024,
    periodMicroseconds: cputune?.periodMicroseconds ?? 100_000,
    quotaMicroseconds: Math.max(cputune?.quotaMicroseconds ?? -1, -1),
    blockDevices: blkiotune?.devices ?? [],
    memoryMode: numatune?.memory?.mode ?? 'strict',
    pids: securityProfile(definition).pids,
  };
}
