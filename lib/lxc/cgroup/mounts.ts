/** Mounts of cgroup file systems, as /proc/self/mountinfo lists them. */

export interface CgroupMount {
  readonly version: 1 | 2;
  /** Of version 1; `name=systemd` for a named hierarchy. Those of version 2 are not told there. */
  readonly controllers: readonly string[];
  /** The group that is mounted, as seen from this process's cgroup namespace. */
  readonly root: string;
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

interface Mount {
  readonly id: string;
  readonly parent: string;
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly superOptions: string;
}

/** Those that their path leads to: what another mount covers is left out. */
export function parseCgroupMounts(mountinfo: string): CgroupMount[] {
  const mounts = mountinfo.split('\n').flatMap((line) => parseMount(line) ?? []);
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const covered = new Set(
    mounts.filter((mount) => isOnTop(mount, byId.get(mount.parent))).map(({ parent }) => parent),
  );
  const isReachable = (mount: Mount): boolean => {
    const parent = byId.get(mount.parent);
    if (!parent || parent === mount) return true;
    return (isOnTop(mount, parent) || !covered.has(parent.id)) && isReachable(parent);
  };
  return mounts
    .filter(({ type }) => type === 'cgroup' || type === 'cgroup2')
    .filter((mount) => !covered.has(mount.id) && isReachable(mount))
    .map(({ type, superOptions, root, mountPoint }) => ({
      version: type === 'cgroup' ? 1 : 2,
      controllers: type === 'cgroup' ? v1Controllers(superOptions) : [],
      root,
      mountPoint,
    }));
}

function isOnTop(mount: Mount, other: Mount | undefined): boolean {
  return mount.mountPoint === other?.mountPoint && mount !== other;
}

function parseMount(line: string): Mount | undefined {
  const [mount, filesystem] = line.split(' - ');
  if (mount === undefined || filesystem === undefined) return undefined;
  const [id = '', parent = '', , root = '', mountPoint = ''] = mount.split(' ');
  const [type = '', , superOptions = ''] = filesystem.split(' ');
  return { id, parent, root: unescapeOctal(root), mountPoint: unescapeOctal(mountPoint), type, superOptions };
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
