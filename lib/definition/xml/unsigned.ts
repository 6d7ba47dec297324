import { quote } from '../../errors.js';
import { refusal } from '../refusal.js';

/** Digits only, white space around them allowed; longer than any 64-bit number is OVERFLOW. */
export function parseUnsigned(what: string, text: string): bigint {
  const digits = /^\s*(\d+)\s*$/u.exec(text)?.[1];
  if (digits === undefined) throw refusal('XML_ERROR', `${what} is not an unsigned number: ${quote(text)}`);
  const significant = digits.replace(/^0+(?=\d)/u, '');
  if (significant.length > 20) throw refusal('OVERFLOW', `${what} is too large: ${quote(text)}`);
  return BigInt(significant);
}
