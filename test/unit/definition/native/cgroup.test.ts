import { definitionOf, refused, reported } from './importing.js';

describe('limits of lxc-tools', () => {
  test('memory, in both generations of cgroups', () => {
    const expected = {
      memoryKiB: 1024 * 1024,
      memtune: { hardLimitKiB: 1024 * 1024, softLimitKiB: 512 * 1024, swapHardLimitKiB: 2 * 1024 * 1024 },
    };
    expect(
      definitionOf(
        'lxc.cgroup.memory.limit_in_bytes = 1G',
        'lxc.cgroup.memory.soft_limit_in_bytes = 524288K',
        'lxc.cgroup.memory.memsw.limit_in_bytes = 2147483648',
      ),
    ).toMatchObject(expected);
    expect(
      definitionOf(
        'lxc.cgroup2.memory.max = 1G',
        'lxc.cgroup2.memory.high = 512M',
        'lxc.cgroup2.memory.swap.max = 1G',
      ),
    ).toMatchObject(expected);
  });

  test('no limit is none', () => {
    const definition = definitionOf('lxc.cgroup.memory.limit_in_bytes = -1', 'lxc.cgroup2.memory.high = max');
    expect(definition).not.toHaveProperty('memtune');
    expect(definition.memoryKiB).toBe(65_536);
  });

  test('swap alone has no equivalent', () => {
    expect(reported('lxc.cgroup2.memory.swap.max = 1G')).toEqual([
      'lxc.cgroup2.memory.swap.max: a limit of swap needs one of memory',
    ]);
  });

  test('a hard limit above that of swap is refused', () => {
    expect(() =>
      definitionOf('lxc.cgroup.memory.limit_in_bytes = 2G', 'lxc.cgroup.memory.memsw.limit_in_bytes = 1G'),
    ).toThrow(expect.objectContaining(refused('INVALID_ARG', 'hard_limit')));
  });

  test('CPU time, in both generations', () => {
    expect(
      definitionOf(
        'lxc.cgroup.cpu.shares = 1024',
        'lxc.cgroup.cpu.cfs_quota_us = -1',
        'lxc.cgroup.cpu.cfs_period_us = 500000',
      ).cputune,
    ).toEqual({ shares: 1024, quotaMicroseconds: -1, periodMicroseconds: 500_000 });
    expect(
      definitionOf('lxc.cgroup2.cpu.weight = 10000', 'lxc.cgroup2.cpu.max = 50000 100000').cputune,
    ).toEqual({
      shares: 262_144,
      quotaMicroseconds: 50_000,
      periodMicroseconds: 100_000,
    });
    expect(definitionOf('lxc.cgroup2.cpu.max = max 100000').cputune).toMatchObject({ quotaMicroseconds: -1 });
  });

  test('CPUs and nodes', () => {
    const definition = definitionOf('lxc.cgroup2.cpuset.cpus = 0-1,3', 'lxc.cgroup.cpuset.mems = 0');
    expect(definition).toMatchObject({
      cpuset: '0-1,3',
      numatune: { memory: { mode: 'strict', placement: 'static', nodeset: '0' } },
    });
  });

  test('block I/O of a device is gathered from all lines', () => {
    const expected = {
      weight: 500,
      devices: [
        { path: '/dev/block/8:0', weight: 100, readBytesSec: 1000, writeIopsSec: 5 },
        { path: '/dev/block/8:16', weight: 200 },
      ],
    };
    expect(
      definitionOf(
        'lxc.cgroup.blkio.weight = 500',
        'lxc.cgroup.blkio.device_weight = 8:0\t100',
        'lxc.cgroup.blkio.device_weight = 8:16 200',
        'lxc.cgroup.blkio.throttle.read_bps_device = 8:0 1000',
        'lxc.cgroup.blkio.throttle.write_iops_device = 8:0 5',
      ).blkiotune,
    ).toEqual(expected);
    expect(
      definitionOf(
        'lxc.cgroup2.io.weight = default 500',
        'lxc.cgroup2.io.weight = 8:0 100',
        'lxc.cgroup2.io.weight = 8:16 200',
        'lxc.cgroup2.io.max = 8:0 rbps=1000 wbps=max wiops=5',
      ).blkiotune,
    ).toEqual(expected);
  });

  test.each([
    ['lxc.cgroup.cpu.shares = a', "failed to parse integer: 'a'"],
    ['lxc.cgroup.memory.limit_in_bytes = 5q', "failed to convert size: '5q'"],
    ['lxc.cgroup.blkio.weight = a', "failed to parse integer: 'a'"],
    ['lxc.cgroup.blkio.device_weight = 8:0', "invalid lxc.cgroup.blkio.device_weight value: '8:0'"],
    ['lxc.cgroup.blkio.device_weight = 8:0 x', "failed to parse device weight: 'x'"],
    ['lxc.cgroup.blkio.throttle.read_bps_device = 8:0 x', "failed to parse read_bps_device: 'x'"],
    ['lxc.cgroup2.io.max = 8:0 speed=1', 'invalid lxc.cgroup2.io.max value'],
    ['lxc.cgroup2.cpu.max = fast', "failed to parse integer: 'fast'"],
  ])('%s is refused', (line, message) => {
    expect(() => definitionOf(line)).toThrow(expect.objectContaining(refused('INTERNAL_ERROR', message)));
  });

  test('other files are reported', () => {
    expect(reported('lxc.cgroup.blkio.reset_stats = 1', 'lxc.cgroup2.devices.allow = c 1:3 rwm')).toEqual([
      'lxc.cgroup.blkio.reset_stats: no element sets this file of a cgroup',
      'lxc.cgroup2.devices.allow: the devices of a container follow from its definition',
    ]);
  });
});
