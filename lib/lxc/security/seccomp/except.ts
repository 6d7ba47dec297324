/** "All but these" in terms of masks: a filter cannot say it otherwise. */
import { lowBits, type Comparison } from './abi.js';

/**
 * Comparisons of which one is true exactly for the arguments whose low 32 bits are none of `values`.
 *
 * libseccomp takes one comparison per argument and rule, and its `NE` is one of all 64 bits, which a caller evades by
 * setting a high one. Each comparison here stands for a whole branch of the binary tree over the 32 bits: one that
 * leads to no value while its neighbour does.
 */
export function exceptLowBits(index: number, values: readonly number[]): readonly Comparison[] {
  return branchesWithout(index, values, 31, 0);
}

function branchesWithout(
  index: number,
  values: readonly number[],
  bit: number,
  prefix: number,
): readonly Comparison[] {
  // Arithmetic on numbers up to 2 ** 32: JavaScript's bit operators have signs.
  const size = 2 ** (bit + 1);
  const within = values.filter((value) => value >= prefix && value < prefix + size);
  if (within.length === 0) return [lowBits(index, prefix, BigInt(2 ** 32 - size))];
  if (bit < 0) return [];
  return [
    ...branchesWithout(index, within, bit - 1, prefix),
    ...branchesWithout(index, within, bit - 1, prefix + size / 2),
  ];
}
