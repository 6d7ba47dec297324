/** Rules of paths, the same for every element that holds one. */
import { quote, type VirtErrorCode } from '../../errors.js';
import { refusal } from '../refusal.js';

/** PATH_MAX and NAME_MAX of Linux, without the terminating NUL. */
const MAX_PATH_BYTES = 4095;
const MAX_COMPONENT_BYTES = 255;

/** @throws VirtError XML_ERROR (or the code given) unless the path is absolute, without `..`, and not too long. */
export function checkAbsolutePath(what: string, path: string, code: VirtErrorCode = 'XML_ERROR'): string {
  if (!path.startsWith('/')) throw refusal(code, `${what} ${quote(path)} must be an absolute path`);
  const components = path.split('/');
  if (components.includes('..')) throw refusal(code, `${what} ${quote(path)} must not contain '..'`);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw refusal(code, `${what} ${quote(path)} is longer than ${MAX_PATH_BYTES} bytes`);
  }
  if (components.some((component) => Buffer.byteLength(component) > MAX_COMPONENT_BYTES)) {
    throw refusal(code, `${what} ${quote(path)} has a component longer than ${MAX_COMPONENT_BYTES} bytes`);
  }
  return path;
}

/** `/`, also written as `//` or `/.`. */
export function isRootPath(path: string): boolean {
  return /^(?:\/\.?)+$/u.test(path);
}
