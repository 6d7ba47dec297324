/** Names of network devices, by the kernel's rules. */
import { quote } from '../../../errors.js';
import { refusal } from '../../refusal.js';

/** IFNAMSIZ without the terminating NUL. */
const MAX_NAME_BYTES = 15;

/** @throws VirtError XML_ERROR saying which name of which element is meant. */
export function checkDeviceName(what: string, name: string): string {
  const isName = /^[^\s/:]+$/u.test(name) && name !== '.' && name !== '..';
  if (isName && Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw refusal(
    'XML_ERROR',
    `${what} ${quote(name)} is not the name of an interface: ` +
      `up to ${MAX_NAME_BYTES} bytes without blanks, '/' and ':'`,
  );
}
