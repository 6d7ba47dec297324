/** What a test domain is held to. */
import { definedLimits } from '../defined-limits.js';
import { cpuQuota, memoryLimitKiB, swapLimitKiB, type CompleteDomain } from '../definition/domain/index.js';
import type { Limits } from '../driver.js';
import { TEST_CAPABILITIES } from './host.js';
import { testError } from './world.js';

const ALL_CPUS = `0-${TEST_CAPABILITIES.host.cpus - 1}`;
const ALL_NODES = `0-${TEST_CAPABILITIES.host.topology.cells.length - 1}`;

/** While it runs: without a word about them there is no more than the current memory, and no swap. */
export function limitsInForce(definition: CompleteDomain): Limits {
  const hardLimitKiB = memoryLimitKiB(definition);
  const swapKiB = swapLimitKiB(definition);
  return {
    cpuset: ALL_CPUS,
    nodeset: ALL_NODES,
    ...definedLimits(definition),
    hardLimitKiB,
    ...(swapKiB === undefined ? {} : { swapHardLimitKiB: hardLimitKiB + swapKiB }),
    quotaMicroseconds: Math.max(cpuQuota(definition) ?? -1, -1),
  };
}

/** @throws VirtError OPERATION_FAILED */
export function refuseToReduce(definition: CompleteDomain, usedKiB: number): void {
  const limitKiB = memoryLimitKiB(definition);
  if (limitKiB >= usedKiB) return;
  throw testError(
    'OPERATION_FAILED',
    `cannot limit memory to ${limitKiB} KiB: the container uses ${usedKiB} KiB and can't be reduced`,
  );
}
