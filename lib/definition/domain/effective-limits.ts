/** What the elements about limits come to, where several of them speak of one thing. */
import type { DomainDefinition } from './definition.js';

/** The kernel's period where none is said, microseconds. */
export const DEFAULT_PERIOD = 100_000;
/** libvirt's number for memory without a limit, KiB. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** KiB. */
export function memoryLimitKiB({ memtune, currentMemoryKiB, memoryKiB }: DomainDefinition): number {
  return memtune?.hardLimitKiB ?? zeroIsAll(currentMemoryKiB, memoryKiB);
}

function zeroIsAll(currentKiB: number | undefined, memoryKiB: number): number {
  return currentKiB === undefined || currentKiB === 0 ? memoryKiB : Math.min(currentKiB, memoryKiB);
}

/** Of swap alone, KiB; undefined: as much as there is. Without a word about swap there is none. */
export function swapLimitKiB(definition: DomainDefinition): number | undefined {
  const limitKiB = memoryLimitKiB(definition);
  const together = definition.memtune?.swapHardLimitKiB ?? limitKiB;
  return together === UNLIMITED ? undefined : Math.max(together - limitKiB, 0);
}

/**
 * CPU time of the whole container in a period, microseconds; negative: none. With `<virtainer:vcpuLimit>` the number of
 * CPUs is a quota; a quota that is said too can only be lower.
 */
export function cpuQuota({ cputune, extensions, vcpus = 1 }: DomainDefinition): number | undefined {
  const { periodMicroseconds = DEFAULT_PERIOD, quotaMicroseconds } = cputune ?? {};
  if (extensions?.vcpuLimit !== true) return quotaMicroseconds;
  const whole = vcpus * periodMicroseconds;
  return quotaMicroseconds !== undefined && quotaMicroseconds > 0
    ? Math.min(whole, quotaMicroseconds)
    : whole;
}

/** Nodes that memory can't come from elsewhere than; the other modes are a policy of the processes. */
export function limitedNodes({ numatune }: DomainDefinition): string | undefined {
  const memory = numatune?.memory;
  return memory?.mode === 'preferred' || memory?.mode === 'interleave' ? undefined : memory?.nodeset;
}

/** As the kernel names its files: the biggest unit that leaves a whole number, `2MB` for 2048 KiB. */
export function hugePageName(sizeKiB: number): string {
  const units = ['KB', 'MB', 'GB'];
  let [size, unit] = [sizeKiB, 0];
  while (size % 1024 === 0 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size}${units[unit] ?? ''}`;
}
