import {
  directoryOf,
  findHierarchies,
  keyOf,
  parseMemberships,
} from '../../../../lib/lxc/cgroup/hierarchies.js';
import {
  COVERED,
  DOCKER_V1,
  DOCKER_V2,
  HYBRID,
  MOVED_OUT,
  NESTED,
  PURE_V1,
  PURE_V2,
  ROOTLESS,
  type RecordedHost,
} from './recorded-hosts.js';

/** As `root` may write everywhere where it is not read-only; others in what they were given. */
const find = (host: RecordedHost, mayWrite: (directory: string) => boolean = () => true) =>
  findHierarchies({ ...host, isWritable: mayWrite });

describe('findHierarchies()', () => {
  test('finds each hierarchy of a hybrid host once, whole, with its controllers', () => {
    expect(find(HYBRID)).toEqual([
      { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup/unified' },
      { version: 1, controllers: ['name=systemd'], mountPoint: '/sys/fs/cgroup/systemd' },
      { version: 1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
      { version: 1, controllers: ['memory'], mountPoint: '/sys/fs/cgroup/memory' },
      { version: 1, controllers: ['devices'], mountPoint: '/sys/fs/cgroup/devices' },
    ]);
  });

  test('takes another mount where the first is read-only, and reads its escapes', () => {
    const found = find(HYBRID, (directory) => !directory.startsWith('/sys/fs/cgroup/memory'));
    expect(found).toContainEqual({
      version: 1,
      controllers: ['memory'],
      mountPoint: '/srv/jail/sys fs/memory',
    });
  });

  test.each([
    [
      'v1',
      PURE_V1,
      ['/sys/fs/cgroup/cpuset', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/memory', '/sys/fs/cgroup/pids'],
    ],
    ['v2', PURE_V2, ['/sys/fs/cgroup']],
  ])('has the whole of a pure %s host, wherever this process is in it', (_, host, mountPoints) => {
    const found = find(host);
    expect(found.map(({ mountPoint }) => mountPoint)).toEqual(mountPoints);
    expect(found.filter(({ delegated }) => delegated !== undefined)).toEqual([]);
  });

  test("goes up from its own group to the topmost that is its user's", () => {
    const service = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service';
    const [found] = find(ROOTLESS, (directory) => `${directory}/`.startsWith(`${service}/`));
    expect(found?.delegated).toBe(service);
  });

  test('in a container without a cgroup namespace has the part that is mounted, and no more', () => {
    const found = find(DOCKER_V1, (directory) => !directory.endsWith('name=systemd'));
    expect(found.map(({ controllers, delegated }) => [controllers.join(), delegated])).toEqual([
      ['memory', '/sys/fs/cgroup/memory'],
      ['pids', '/sys/fs/cgroup/pids'],
      ['devices', '/sys/fs/cgroup/devices'],
    ]);
  });

  test('knows a root of a namespace from the root of a host', () => {
    expect(find(DOCKER_V2)).toEqual([
      { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup', delegated: '/sys/fs/cgroup' },
    ]);
    expect(find(MOVED_OUT)).toEqual(find(DOCKER_V2));
  });

  test('looks past mounts of what lies above its namespace', () => {
    expect(find(NESTED).map(({ delegated }) => delegated)).toEqual([
      '/run/cgroup/memory',
      '/run/cgroup/unified',
    ]);
    const below = (directory: string): boolean =>
      directory.endsWith('/inner') || directory.endsWith('/inner/app');
    expect(find(NESTED, below).map(({ delegated }) => delegated)).toEqual([
      '/run/cgroup/memory/inner',
      '/run/cgroup/unified/inner',
    ]);
  });

  test('sees what covers a mount, not what is covered', () => {
    expect(find(COVERED).map(({ delegated }) => delegated)).toEqual(['/cgroup2', '/sys/fs/cgroup/memory']);
  });

  test('keeps a hierarchy that nothing of is its own, so that using it fails; but not one without controllers', () => {
    const found = find(HYBRID, () => false);
    expect(found.map(({ controllers }) => controllers.join())).toEqual([
      '',
      'cpu,cpuacct',
      'memory',
      'devices',
    ]);
    expect(found.every(({ delegated }) => delegated === undefined)).toBe(true);
  });

  test('finds none where none is mounted', () => {
    const mountinfo = '1 2 0:1 / / rw - ext4 /dev/vda rw\n\ngarbage\n';
    expect(find({ mountinfo, memberships: '', namespace: '' })).toEqual([]);
  });
});

test('memberships are known by the controllers of their hierarchy, in any order', () => {
  const groups = parseMemberships('4:cpuacct,cpu:/a:b\n1:name=systemd:/c\n0::/d\nnonsense\n');
  expect(groups.get(keyOf(1, ['cpu', 'cpuacct']))).toBe('/a:b');
  expect(groups.get(keyOf(1, ['name=systemd']))).toBe('/c');
  expect(groups.get(keyOf(2, ['memory']))).toBe('/d');
  expect(groups.size).toBe(3);
});

test('a group of another process is found in a mount of a part', () => {
  const part = { version: 1, controllers: [], mountPoint: '/m', mounted: '/docker/x' } as const;
  expect(directoryOf(part, '/docker/x/y')).toBe('/m/y');
  expect(directoryOf(part, '/docker/xy')).toBeUndefined();
  expect(directoryOf({ ...part, mounted: '/' }, '/y')).toBe('/m/y');
});
