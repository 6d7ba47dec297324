/** Amounts: options as they are typed, and numbers as they are shown. */
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
  const size = sizeKiB(text);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw usageError(`--${option} must be a size with a unit, as 512M or 2G: '${text}'`);
}

function sizeKiB(text: string): number {
  const match = /^(\d+)([kmgt])(?:i?b)?$/iu.exec(text);
  const unit = KIB_PER_UNIT[match?.[2]?.toLowerCase() ?? ''];
  return Number(match?.[1]) * (unit ?? Number.NaN);
}

/** A size for one of virsh's verbs: `512M`, or as in virsh a number of KiB. */
export function parseMemoryKiB(what: string, text: string): number {
  const size = /^\d+$/u.test(text) ? Number(text) : sizeKiB(text);
  if (Number.isSafeInteger(size)) return size;
  throw usageError(`${what} must be a size, as 512M or 2G, or a number of KiB: '${text}'`);
}

/** `unlimited`, or as in virsh -1. */
export function isUnlimited(text: string): boolean {
  return text === 'unlimited' || text === '-1';
}

/** A whole number, 0 or greater. */
export function parseCount(option: string, text: string): number {
  const count = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw usageError(`--${option} must be a whole number: '${text}'`);
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1536` bytes to `1.5KiB`. */
export function formatBytes(bytes: bigint | number): string {
  let [size, unit] = [Number(bytes), 0];
  while (size >= 1024 && unit < BYTES.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${unit === 0 ? size : size.toFixed(size < 100 ? 1 : 0)}${BYTES[unit] ?? ''}`;
}
