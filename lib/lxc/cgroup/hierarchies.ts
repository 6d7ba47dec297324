/** The cgroup hierarchies of this host, read from /proc/self/mountinfo. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Hierarchy {
  readonly version: 1 | 2;
  /** `name=systemd` for a named hierarchy of v1; those of v2 may be used, and are empty on a host that has them in v1. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
}

/** Mount options of a cgroup v1 superblock that are not controllers. */
const V1_OPTIONS = new Set([
  'rw',
  'ro',
  'xattr',
  'noprefix',
  'clone_children',
  'cpuset_v2_mode',
  'favordynmods',
]);

/** Every mounted hierarchy once, at its first mount point; without the controllers of v2, which are not written there. */
export function parseHierarchies(mountinfo: string): Hierarchy[] {
  const found = new Map<string, Hierarchy>();
  for (const line of mountinfo.split('\n')) {
    const [mount, filesystem] = line.split(' - ');
    if (mount === undefined || filesystem === undefined) continue;
    const [type, , superOptions = ''] = filesystem.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    const [, , , root, mountPoint] = mount.split(' ');
    if (root !== '/' || mountPoint === undefined) continue;
    const controllers = type === 'cgroup' ? v1Controllers(superOptions) : [];
    const key = `${type}:${controllers.join()}`;
    if (found.has(key)) continue;
    found.set(key, {
      version: type === 'cgroup' ? 1 : 2,
      controllers,
      mountPoint: unescapeOctal(mountPoint),
    });
  }
  return [...found.values()];
}

export function readHierarchies(): Hierarchy[] {
  return parseHierarchies(readFileSync('/proc/self/mountinfo', 'utf8')).map((hierarchy) =>
    hierarchy.version === 1 ? hierarchy : { ...hierarchy, controllers: v2Controllers(hierarchy.mountPoint) },
  );
}

function v2Controllers(mountPoint: string): string[] {
  const text = readFileSync(join(mountPoint, 'cgroup.controllers'), 'utf8').trim();
  return text === '' ? [] : text.split(' ');
}

function v1Controllers(superOptions: string): string[] {
  return superOptions
    .split(',')
    .filter((option) => !V1_OPTIONS.has(option) && !option.startsWith('release_agent='))
    .sort();
}

/** mountinfo writes space, tab, newline and backslash as `\040` and so on. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
