import { groupName, layoutCgroups, partitionComponents } from '../../../../lib/lxc/cgroup/layout.js';

const MEMORY = { version: 1, controllers: ['memory'], mountPoint: '/sys/fs/cgroup/memory' } as const;

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
  const layout = layoutCgroups([MEMORY], {
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
