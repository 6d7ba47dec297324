/** The package's own elements whose kernel side this version does not have. */
import { EXTENSION_ELEMENTS } from '../../definition/domain/index.js';
import type { UnsupportedElement } from './unsupported.js';

const REFUSED = [
  'reaper',
  'restart',
  'health',
  'image',
  'ports',
] as const satisfies readonly (keyof typeof EXTENSION_ELEMENTS)[];

export const UNSUPPORTED_EXTENSIONS: readonly UnsupportedElement[] = REFUSED.map((key) => {
  const name = EXTENSION_ELEMENTS[key];
  return {
    element: `metadata/virtainer:domain/virtainer:${name}`,
    find: ({ extensions }) => (key in (extensions ?? {}) ? `<virtainer:${name}>` : undefined),
    hint: `remove <virtainer:${name}>`,
  };
});
