/** `cpu.shares` (2 to 262144) and `cpu.weight` (1 to 10000), mapped onto each other as container runtimes do. */
const SHARES = { min: 2, max: 262_144 };
const WEIGHT = { min: 1, max: 10_000 };
const RATIO = (SHARES.max - SHARES.min) / (WEIGHT.max - WEIGHT.min);

export function sharesOfWeight(weight: number): number {
  return Math.round(SHARES.min + (weight - WEIGHT.min) * RATIO);
}

export function weightOfShares(shares: number): number {
  return Math.max(WEIGHT.min, Math.round(WEIGHT.min + (shares - SHARES.min) / RATIO));
}
