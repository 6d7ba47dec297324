/** Sizes with units. @see https://libvirt.org/formatdomain.html#memory-allocation */
import { quote } from '../../errors.js';
import { refusal } from '../refusal.js';
import { parseUnsigned } from './unsigned.js';

/** Powers of the prefixes; `KB` is 1000 bytes, `K` and `KiB` are 1024. */
const PREFIXES = ['k', 'm', 'g', 't', 'p', 'e'] as const;

/** Bytes per unit, by the unit's name in lower case. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['b', 1n],
  ['byte', 1n],
  ['bytes', 1n],
  ...PREFIXES.flatMap((prefix, index): [string, bigint][] => [
    [prefix, 1024n ** BigInt(index + 1)],
    [`${prefix}ib`, 1024n ** BigInt(index + 1)],
    [`${prefix}b`, 1000n ** BigInt(index + 1)],
  ]),
]);

/** Largest size, KiB: a signed 64-bit number of bytes. It is what libvirt prints for "unlimited". */
export const MAX_SIZE_KIB = Number.MAX_SAFE_INTEGER;

/** Number and unit to KiB, rounded up; the unit is KiB when absent. */
export function parseSizeKiB(what: string, text: string, unit: string | undefined): number {
  const kib = (parseBytes(what, text, unit ?? 'KiB') + 1023n) / 1024n;
  if (kib > BigInt(MAX_SIZE_KIB)) throw refusal('OVERFLOW', `${what} is too large: ${quote(text)}`);
  return Number(kib);
}

/** Number and unit to bytes, as many as a double counts; the unit is bytes when absent. */
export function parseSizeBytes(what: string, text: string, unit: string | undefined): number {
  const bytes = parseBytes(what, text, unit ?? 'bytes');
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER))
    throw refusal('OVERFLOW', `${what} is too large: ${quote(text)}`);
  return Number(bytes);
}

function parseBytes(what: string, text: string, unit: string): bigint {
  const bytesPerUnit = UNITS.get(unit.toLowerCase());
  if (bytesPerUnit === undefined) throw refusal('XML_ERROR', `${what}: unknown unit ${quote(unit)}`);
  return parseUnsigned(what, text) * bytesPerUnit;
}
