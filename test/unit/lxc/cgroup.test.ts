import { parseHierarchies } from '../../../lib/lxc/cgroup/hierarchies.js';
import { groupName, layoutCgroups, partitionComponents } from '../../../lib/lxc/cgroup/layout.js';

const HYBRID = `30 22 0:27 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
31 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpuacct,cpu
34 30 0:31 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
35 30 0:31 / /other/memory rw,relatime - cgroup cgroup rw,memory
36 30 0:32 /sub /sub/devices rw,relatime - cgroup cgroup rw,devices
39 30 0:36 / /sys/fs/cgroup/sys\\040temd rw,relatime - cgroup systemd rw,xattr,release_agent=/x,name=systemd
40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
`;

test('hierarchies are found once each, with their controllers, and only whole ones', () => {
  expect(parseHierarchies(HYBRID)).toEqual([
    { version: 1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
    { version: 1, controllers: ['memory'], mountPoint: '/sys/fs/cgroup/memory' },
    { version: 1, controllers: ['name=systemd'], mountPoint: '/sys/fs/cgroup/sys temd' },
    { version: 2, controllers: [], mountPoint: '/sys/fs/cgroup/unified' },
  ]);
});

test('no cgroup file systems, no hierarchies', () => {
  expect(parseHierarchies('1 2 0:1 / / rw - ext4 /dev/vda rw\n\ngarbage\n')).toEqual([]);
});

test('partitions are named as libvirt names them', () => {
  expect(partitionComponents('/machine')).toEqual(['machine']);
  expect(partitionComponents('/machine/production')).toEqual(['machine', 'production.partition']);
  expect(partitionComponents('/other')).toEqual(['other.partition']);
});

test('a group name has only safe characters and a bounded length', () => {
  expect(groupName('web', 'abc')).toBe('lxc-abc-web.virtainer');
  expect(groupName('../../x y/ü', 'abc')).toBe('lxc-abc-....xy.virtainer');
  expect(groupName('n'.repeat(200), 'abc').length).toBe(64 + '.virtainer'.length);
});

test('a layout has a group in every hierarchy and the partitions innermost first', () => {
  const layout = layoutCgroups(parseHierarchies(HYBRID).slice(1, 2), {
    name: 'web',
    partition: '/machine/a',
    run: 'r',
  });
  expect(layout.groups).toEqual([
    {
      version: 1,
      controllers: ['memory'],
      directory: '/sys/fs/cgroup/memory/machine/a.partition/lxc-r-web.virtainer',
    },
  ]);
  expect(layout.partitions).toEqual([
    '/sys/fs/cgroup/memory/machine/a.partition',
    '/sys/fs/cgroup/memory/machine',
  ]);
  expect(layout.supervisors.map(({ directory }) => directory)).toEqual(['/sys/fs/cgroup/memory']);
});
