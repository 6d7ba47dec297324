/** The package's own elements whose kernel side this version does not have. */
import { EXTENSION_ELEMENTS } from '../../definition/domain/index.js';
import type { UnsupportedElement } from './unsupported.js';

export const UNSUPPORTED_EXTENSIONS: readonly UnsupportedElement[] = Object.entries(EXTENSION_ELEMENTS).map(
  ([key, name]) => ({
    element: `metadata/virtainer:domain/virtainer:${name}`,
    find: ({ extensions }) => (key in (extensions ?? {}) ? `<virtainer:${name}>` : undefined),
    hint: `remove <virtainer:${name}>`,
  }),
);
