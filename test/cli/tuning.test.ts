/** The verbs of limits. */
import { xmlOf, useSession } from './session.js';

describe('limits', () => {
  const cli = useSession();
  const text = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli.run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const identity = {
    name: 'test',
    id: 1,
    uuid: expect.stringMatching(/^[0-9a-f-]{36}$/u) as unknown,
  };

  test('memtune prints and changes memory limits in the words of virsh', async () => {
    expect(await text('memtune', 'test')).toBe(
      'hard_limit     : 2097152\nsoft_limit     : unlimited\nswap_hard_limit: 2097152\n',
    );
    expect(await text('memtune', 'test', '--hard-limit', '1G', '--soft-limit', '524288')).toBe(
      "Changed memory limits of domain 'test'\n",
    );
    expect(await text('memtune', 'test', '--soft-limit', '-1', '--swap-hard-limit=unlimited', '-q')).toBe('');
    expect(await text('memtune', 'test', '--live')).toBe(
      'hard_limit     : 1048576\nsoft_limit     : unlimited\nswap_hard_limit: unlimited\n',
    );
    expect(await text('memtune', 'test', '--config')).toContain('hard_limit     : unlimited\n');
    expect(await cli.json('memtune', 'test')).toEqual({
      ...identity,
      hard_limit: 1_048_576,
      soft_limit: 9_007_199_254_740_991,
      swap_hard_limit: 9_007_199_254_740_991,
    });
    expect(await cli.json('memtune', 'test', '--hard-limit', '2M', '--config')).toEqual({
      ...identity,
      hard_limit: 2048,
    });
    expect(await text('dumpxml', 'test', '--inactive')).toContain("<hard_limit unit='KiB'>2048</hard_limit>");
  });

  test('schedinfo prints and changes CPU time, with --set or without', async () => {
    expect(await text('schedinfo', 'test')).toBe(
      'Scheduler      : posix\ncpu_shares     : 1024\nvcpu_period    : 100000\nvcpu_quota     : -1\n',
    );
    await text('schedinfo', 'test', '--set', 'cpu_shares=2048', 'vcpu_quota=50000', '--live', '--config');
    for (const scope of ['--live', '--config', '--current']) {
      expect(await cli.json('schedinfo', 'test', scope)).toEqual({
        ...identity,
        cpu_shares: 2048,
        vcpu_period: 100_000,
        vcpu_quota: 50_000,
      });
    }
    expect(await cli.json('schedinfo', 'test', 'vcpu_quota=-1')).toEqual({ ...identity, vcpu_quota: -1 });
    expect(await text('schedinfo', 'test')).toContain('vcpu_quota     : -1\n');
  });

  test('blkiotune prints and changes block I/O limits', async () => {
    expect(await text('blkiotune', 'test')).toMatch(/^weight {9}: 0\ndevice_weight {2}:\n/u);
    const device = '/dev/sda,1048576,/dev/sdb,2097152';
    await text('blkiotune', 'test', '--weight', '500', '--device-read-bytes-sec', device);
    await text(
      'blkiotune',
      'test',
      '--device-weights',
      '/dev/sda,700',
      '--device-write-iops-sec',
      '/dev/sda,5',
    );
    expect(await cli.json('blkiotune', 'test')).toEqual({
      ...identity,
      weight: 500,
      device_weight: '/dev/sda,700',
      device_read_iops_sec: '',
      device_write_iops_sec: '/dev/sda,5',
      device_read_bytes_sec: device,
      device_write_bytes_sec: '',
    });
    await text('blkiotune', 'test', '--device-read-bytes-sec', '/dev/sdb,0');
    expect(await text('blkiotune', 'test')).toContain('device_read_bytes_sec: /dev/sda,1048576\n');
  });

  test('numatune prints and changes nodes', async () => {
    expect(await text('numatune', 'test')).toBe('numa_mode      : strict\nnuma_nodeset   : 0-1\n');
    await text('numatune', 'test', '--nodeset', '1');
    await text('numatune', 'test', '--mode', 'interleave', '--nodeset', '0', '--config');
    expect(await text('numatune', 'test')).toBe('numa_mode      : strict\nnuma_nodeset   : 1\n');
    expect(await cli.json('numatune', 'test', '--config')).toEqual({
      ...identity,
      numa_mode: 'interleave',
      numa_nodeset: '0',
    });
  });

  test('pidstune prints and changes the number of processes', async () => {
    expect(await text('pidstune', 'test')).toBe('limit          : 512\n');
    expect(await text('pidstune', 'test', '--limit', '20')).toBe("Changed the pids limit of domain 'test'\n");
    expect(await cli.json('pidstune', 'test')).toEqual({ ...identity, limit: 20 });
    await text('pidstune', 'test', '--limit', '-1');
    expect(await cli.json('pidstune', 'test')).toEqual({ ...identity, limit: 'unlimited' });
    expect(await cli.json('pidstune', 'test', '--limit', 'unlimited', '--config')).toMatchObject({
      limit: 'unlimited',
    });
  });

  test('setmem and setmaxmem', async () => {
    expect(await text('setmem', 'test', '1G')).toBe("Memory of domain 'test' set to 1048576 KiB\n");
    expect(await text('memtune', 'test')).toContain('hard_limit     : 1048576\n');
    expect(await cli.json('setmem', 'test', '65536', '--config')).toEqual({ ...identity, memoryKiB: 65_536 });
    expect(await text('setmaxmem', 'test', '4G', '--config')).toBe(
      "Max memory of domain 'test' set to 4194304 KiB\n",
    );
    const stored = await text('dumpxml', 'test', '--inactive');
    expect(stored).toContain("<memory unit='KiB'>4194304</memory>");
    expect(stored).toContain("<currentMemory unit='KiB'>65536</currentMemory>");
    expect(await text('dumpxml', 'test')).toContain("<memory unit='KiB'>2097152</memory>");
    await cli.run('destroy', 'test');
    expect(await cli.json('setmaxmem', 'test', '1G')).toMatchObject({ id: null, maxMemoryKiB: 1_048_576 });
  });

  test.each([
    [['memtune', 'test', '--hard-limit', 'much'], '--hard-limit must be a size'],
    [
      ['memtune', 'test', '--hard-limit', '2G', '--swap-hard-limit', '1G'],
      'lower than or equal to swap_hard_limit',
    ],
    [['memtune', 'test', '--hard-limit', '0'], 'hard_limit is out of range'],
    [['memtune', 'test', '--hard-limit', '100'], "can't be reduced"],
    [['memtune', 'test', '--live', '--config'], 'mutually exclusive'],
    [['memtune', 'test', '--current', '--config'], '--current and --config exclude each other'],
    [['memtune', 'test', '--hard-limit'], 'argument missing'],
    [['memtune', 'nobody'], "No domain with matching name 'nobody'"],
    [['schedinfo', 'test', '--set', 'cpu_shares'], "unexpected argument 'cpu_shares'"],
    [['schedinfo', 'test', '--set', 'cap=1'], "parameter 'cap' not supported"],
    [['schedinfo', 'test', 'cpu_shares=1'], 'cpu_shares is out of range [2, 262144]'],
    [['schedinfo', 'test', 'vcpu_period=1.5'], "unexpected argument 'vcpu_period=1.5'"],
    [['blkiotune', 'test', '--weight', '10001'], 'out of range'],
    [['blkiotune', 'test', '--weight', 'heavy'], '--weight must be a whole number'],
    [['blkiotune', 'test', '--device-weights', '/dev/sda'], 'unable to parse blkio device'],
    [['numatune', 'test', '--mode', 'loose'], '--mode must be one of'],
    [['numatune', 'test', '--mode', 'preferred'], "can't change numatune mode for running domain"],
    [['numatune', 'test', '--nodeset', 'x'], 'Failed to parse bitmap'],
    [['pidstune', 'test', '--limit', '0'], 'out of range'],
    [['pidstune', 'test', '--limit', 'many'], '--limit must be a whole number'],
    [['setmem', 'test', '3G'], 'Cannot set memory higher than max memory'],
    [['setmem', 'test', '-1'], "nknown option '-1'"],
    [['setmem', 'test', 'all'], 'SIZE must be a size'],
    [['setmaxmem', 'test', '1G'], 'Cannot resize the max memory on an active domain'],
  ])('%j fails, and changes nothing', async (argv, message) => {
    const limits = async (): Promise<unknown[]> =>
      Promise.all(
        ['memtune', 'schedinfo', 'blkiotune', 'numatune', 'pidstune'].map((verb) => cli.json(verb, 'test')),
      );
    const before = await limits();
    const { code, stdout, stderr } = await cli.run(...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(await limits()).toEqual(before);
  });

  test('an inactive domain has the limits of its definition', async () => {
    await cli.runWith(xmlOf('off'), 'define', '-');
    expect(await text('memtune', 'off')).toBe(
      'hard_limit     : unlimited\nsoft_limit     : unlimited\nswap_hard_limit: 65536\n',
    );
    expect(await cli.run('memtune', 'off', '--live')).toMatchObject({
      code: 1,
      stderr: 'error: domain is not running\n',
    });
  });
});
