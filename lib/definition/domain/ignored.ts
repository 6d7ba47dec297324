/** What libvirt's schema has and its container driver ignores: strict validation lets it pass. */

import { KEPT_DEVICES, KEPT_ELEMENTS, KEPT_FEATURES } from './kept.js';

/** Elements with all they contain, below `<domain>`. */
export const IGNORED_ELEMENTS: ReadonlySet<string> = new Set([
  'metadata',
  ...KEPT_ELEMENTS,
  ...KEPT_FEATURES.map((name) => `features/${name}`),
  ...KEPT_DEVICES.map((name) => `devices/${name}`),
  ...['auth', 'backingStore', 'encryption', 'mirror'].map((name) => `devices/disk/${name}`),
  ...['encryption', 'reservations', 'seclabel', 'slices'].map((name) => `devices/disk/source/${name}`),
  ...['readonly', 'rom', 'shareable'].map((name) => `devices/hostdev/${name}`),
  ...['acl', 'idmap'].map((name) => `devices/filesystem/${name}`),
  ...['acl', 'address', 'alias', 'log', 'protocol', 'source'].map((name) => `devices/console/${name}`),
]);

/** Attributes, as `path@name`. */
export const IGNORED_ATTRIBUTES: ReadonlySet<string> = new Set([
  '@id',
  'clock@adjustment0',
  'devices/disk/source@fdgroup',
  'devices/disk/source@index',
  'devices/console@tty',
]);
