/** FORMAT arguments. */
import { VirtError } from '../index.js';

/** With the library's refusal, but before any file is read. */
export function readFormat<T extends string>(format: string, formats: readonly T[]): T {
  const found = formats.find((item) => item === format);
  if (found !== undefined) return found;
  throw new VirtError('INVALID_ARG', `unsupported config type '${format}'`, {
    domain: 'DOMAIN',
    hint: `it can be ${formats.join(' or ')}`,
  });
}
