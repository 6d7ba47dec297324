/** Values of lxc-tools' files, with libvirt's refusals. */
import { quote } from '../../../errors.js';
import { refusal } from '../../refusal.js';
import type { Entry } from './config.js';

/** libvirt's `virScaleInteger`: `K` and `KiB` are 1024, `KB` is 1000. */
const SIZE = /^\+?(\d{1,20})\s*(?:([kmgtpe])(ib|b)?|b|bytes?)?$/iu;
const PREFIXES = 'kmgtpe';
const MAX_BYTES = 2n ** 63n;

/** A size in KiB, rounded down as libvirt does. @throws VirtError INTERNAL_ERROR. */
export function sizeKiB(text: string): number {
  if (/^\d+%$/u.test(text)) throw refusal('INTERNAL_ERROR', `can't convert relative size: ${quote(text)}`);
  const [, digits, prefix = '', suffix] = SIZE.exec(text) ?? [];
  const power = BigInt(PREFIXES.indexOf(prefix.toLowerCase()) + 1);
  const base = suffix?.toLowerCase() === 'b' ? 1000n : 1024n;
  const bytes = digits === undefined ? MAX_BYTES : BigInt(digits) * (prefix === '' ? 1n : base ** power);
  if (bytes >= MAX_BYTES) throw refusal('INTERNAL_ERROR', `failed to convert size: ${quote(text)}`);
  return Number(bytes / 1024n);
}

/** A limit of memory; undefined for none. */
export function memoryLimitKiB(entry: Entry | undefined): number | undefined {
  return entry === undefined || entry.value === '-1' || entry.value === 'max'
    ? undefined
    : sizeKiB(entry.value);
}

/** A whole number. @throws VirtError INTERNAL_ERROR with the words given. */
export function wholeNumber(text: string, what = 'failed to parse integer'): number {
  const number = /^[+-]?\d{1,17}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number + 0;
  throw refusal('INTERNAL_ERROR', `${what}: ${quote(text)}`);
}

export function words(text: string): readonly string[] {
  return text.split(/[ \t]/u).filter((word) => word !== '');
}
