/** Limits as numbers that can be compared. */
import type { KernelLimit } from '../../domain/index.js';

export function toNumber(limit: KernelLimit): number {
  return limit === 'unlimited' ? Infinity : limit;
}
