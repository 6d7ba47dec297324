/** What libvirt's schema has and its container driver ignores: strict validation lets it pass. */

/** Elements with all they contain, below `<domain>`. */
export const IGNORED_ELEMENTS: ReadonlySet<string> = new Set([
  'metadata',
  'devices/disk/mirror',
  ...['readonly', 'rom', 'shareable'].map((name) => `devices/hostdev/${name}`),
  ...['acl', 'idmap'].map((name) => `devices/filesystem/${name}`),
  ...['acl', 'address', 'alias', 'log', 'protocol', 'source'].map((name) => `devices/console/${name}`),
]);

/** Attributes, as `path@name`. */
export const IGNORED_ATTRIBUTES: ReadonlySet<string> = new Set([
  '@id',
  'devices/disk/source@fdgroup',
  'devices/disk/source@index',
  'devices/console@tty',
]);
