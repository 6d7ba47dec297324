/** Options that are amounts. */
import { usageError } from './failure.js';

const KIB_PER_UNIT: Readonly<Record<string, number>> = { k: 1, m: 1024, g: 1024 ** 2, t: 1024 ** 3 };

/** `1.5` to milliseconds. */
export function parseSeconds(option: string, text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  throw usageError(`--${option} must be a number of seconds: '${text}'`);
}

/** `512M`, `1GiB` to KiB. Without a unit virsh means KiB and podman bytes: we don't guess. */
export function parseSizeKiB(option: string, text: string): number {
  const match = /^(\d+)([kmgt])(?:i?b)?$/iu.exec(text);
  const unit = KIB_PER_UNIT[match?.[2]?.toLowerCase() ?? ''];
  const size = Number(match?.[1]) * (unit ?? Number.NaN);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw usageError(`--${option} must be a size with a unit, as 512M or 2G: '${text}'`);
}

/** A whole number, 0 or greater. */
export function parseCount(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw usageError(`--${option} must be a whole number: '${text}'`);
}
