/**
 * CPU shares of version 1 as weights of version 2, and back. Ends and default meet: 2 is 1, 1024 is 100, 262144 is
 * 10000; between them a curve in the logarithm of the shares goes through the three.
 * @see https://github.com/opencontainers/cgroups/pull/20
 */

const MAX_SHARES = 262_144;

/** 1 to 10000. */
export function weightOf(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= MAX_SHARES) return 10_000;
  const power = Math.log2(shares);
  return Math.ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34));
}

/** The smallest number of shares that has this weight; and the one of version 1 for the ends and the default. */
export function sharesOf(weight: number): number {
  if (weight === 100) return 1024;
  if (weight === 10_000) return MAX_SHARES;
  let [low, high] = [2, MAX_SHARES];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (weightOf(middle) < weight) low = middle + 1;
    else high = middle;
  }
  return low;
}
