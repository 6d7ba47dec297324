/** Pairs of categories: two containers of different pairs can't touch each other's files and processes. */
import { randomInt } from 'node:crypto';
import { VirtError } from '../../../../errors.js';
import type { HeldLock, Locks } from '../../../store/lock.js';
import type { Clearance } from './context.js';

/** libvirt's limit: from fewer categories too few pairs can be made. */
const MIN_CATEGORIES = 8;

export interface Pair {
  /** The level, `s0:c12,c345`. */
  readonly range: string;
  readonly lock: HeldLock;
}

/**
 * A pair that nobody else has while the lock is held: never of equal categories, the smaller one first.
 * Chosen at random, so that a pair that has just been given back is rarely given away at once: files may still have it.
 *
 * @throws VirtError CONFIG_UNSUPPORTED for fewer than eight categories; RESOURCE_BUSY when every pair is taken.
 */
export function reservePair(
  registry: Locks,
  clearance: Clearance,
  random: (below: number) => number = randomInt,
): Pair {
  const { sensitivity, categories } = clearance;
  if (categories.length < MIN_CATEGORIES) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      `<seclabel>: ${categories.length} categories are too few for SELinux labels, ${MIN_CATEGORIES} are needed`,
      { domain: 'SECURITY', hint: 'run with, or give a <baselabel> with, a range such as s0:c0.c1023' },
    );
  }
  const count = (categories.length * (categories.length - 1)) / 2;
  const start = random(count);
  for (let step = 0; step < count; step++) {
    const name = pairName(categories, (start + step) % count);
    const lock = registry.tryAcquire(name);
    if (lock) return { range: `${sensitivity}:${name}`, lock };
  }
  throw new VirtError('RESOURCE_BUSY', '<seclabel>: every pair of categories is in use', {
    domain: 'SECURITY',
  });
}

/** The pairs in order: (0,1) (0,2) (1,2) (0,3) and so on, as indexes of the categories. */
function pairName(categories: readonly number[], index: number): string {
  let high = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2);
  // The square root may be off by one for large numbers.
  while ((high * (high - 1)) / 2 > index) high--;
  while ((high * (high + 1)) / 2 <= index) high++;
  const low = index - (high * (high - 1)) / 2;
  return `c${categories[low]},c${categories[high]}`;
}

/** The pair in a range, as its file is named; undefined when the range is not of one pair. */
export function pairOf(range: string | undefined): string | undefined {
  return /^s\d+(?:-s\d+)?:(c\d+,c\d+)$/u.exec(range ?? '')?.[1];
}

/** Keeps a pair that an author has chosen from being given to others. Undefined when somebody has it already. */
export function claimPair(registry: Locks, range: string | undefined): HeldLock | undefined {
  const name = pairOf(range);
  return name === undefined ? undefined : registry.tryAcquire(name);
}
