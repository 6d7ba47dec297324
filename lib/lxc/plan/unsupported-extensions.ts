/** The package's own elements whose kernel side this version does not have. */
import type { Extensions } from '../../definition/domain/index.js';
import type { UnsupportedElement } from './unsupported.js';

/** Each with its element's name; the compiler asks for a new one. What a plan has steps for leaves the type and the table. */
const ELEMENTS: Readonly<Record<keyof Extensions, string>> = {
  reaper: 'reaper',
  seccomp: 'seccomp',
  noNewPrivs: 'noNewPrivs',
  maskedPaths: 'maskedPaths',
  readonlyPaths: 'readonlyPaths',
  pids: 'pids',
  rlimits: 'rlimit',
  timeOffsets: 'timeOffsets',
  restart: 'restart',
  health: 'health',
  image: 'image',
  ports: 'port',
};

export const UNSUPPORTED_EXTENSIONS: readonly UnsupportedElement[] = Object.entries(ELEMENTS).map(
  ([key, name]) => ({
    element: `metadata/virtainer:domain/virtainer:${name}`,
    find: ({ extensions }) => (key in (extensions ?? {}) ? `<virtainer:${name}>` : undefined),
    hint: `remove <virtainer:${name}>`,
  }),
);
