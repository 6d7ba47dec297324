import { quote } from '../../errors.js';
import { refusal } from '../refusal.js';

const PLAIN = /^[\da-f]{32}$/iu;
const DASHED = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** Lower case with dashes. @throws VirtError INTERNAL_ERROR (libvirt's code for it), XML_ERROR. */
export function normaliseUuid(text: string, what = 'uuid'): string {
  const trimmed = text.trim();
  if (!PLAIN.test(trimmed) && !DASHED.test(trimmed)) {
    throw refusal('INTERNAL_ERROR', `malformed ${what} element: ${quote(text)}`);
  }
  const hex = trimmed.replaceAll('-', '').toLowerCase();
  // The nil and max uuids of RFC 9562 identify nothing.
  if (/^(?:0+|f+)$/u.test(hex)) throw refusal('XML_ERROR', `<${what}> ${quote(text)} identifies nothing`);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
