/** The verbs of statistics. */
import type { Usage } from '../../lib/cli/usage.js';
import { useSession, xmlOf, type Running } from './session.js';

const NUMBER = expect.stringMatching(/^\d+$/u) as unknown;
/** Counters that grow while a test runs. */
const masked = (text: string): string => text.replaceAll(/\d{4,}/gu, 'N');

describe('statistics', () => {
  const cli = useSession();
  const text = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli.run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const keysOf = (stdout: string): string[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim().replace(/=.*/u, ''));

  test('domstats prints the keys of virsh, of all running domains', async () => {
    await cli.runWith(xmlOf('other'), 'create', '-');
    await cli.runWith(xmlOf('off'), 'define', '-');
    const stdout = await text('domstats');
    expect(stdout.match(/^Domain: .*$/gmu)).toEqual(["Domain: 'test'", "Domain: 'other'"]);
    expect(stdout.endsWith('\n\n')).toBe(true);
    const keys = keysOf(stdout);
    for (const key of ['state.state', 'cpu.time', 'cpu.user', 'cpu.system', 'balloon.current', 'balloon.rss'])
      expect(keys).toContain(key);
    for (const key of ['net.count', 'net.0.name', 'net.0.rx.bytes', 'net.0.tx.drop', 'block.0.rd.reqs'])
      expect(keys).toContain(key);
    for (const key of ['block.count', 'block.0.wr.bytes', 'vcpu.current', 'pids.limit'])
      expect(keys).toContain(key);
    expect(keys).toContain('pressure.cpu.some.avg10');
    expect(stdout).toContain('  state.state=1\n  state.reason=1\n');
  });

  test('domstats prints the groups that are asked for, of the domains that are named', async () => {
    expect(keysOf(await text('domstats', 'test', '--pids'))).toEqual([
      'pids.current',
      'pids.limit',
      'pids.peak',
      'pids.refusals',
    ]);
    await cli.run('suspend', 'test');
    expect(await text('domstats', 'test', '--state', '--vcpu')).toBe(
      "Domain: 'test'\n  state.state=3\n  state.reason=1\n  vcpu.current=2\n\n",
    );
    expect(await cli.json('domstats', '--cpu-total', '--block')).toEqual({
      domains: [
        {
          name: 'test',
          uuid: expect.any(String) as unknown,
          id: 1,
          state: 'paused',
          reason: 'user',
          at: expect.stringMatching(/Z$/u) as unknown,
          monotonicNs: NUMBER,
          vcpus: 2,
          cpu: expect.objectContaining({ cpuTimeNs: NUMBER, userTimeNs: NUMBER }) as unknown,
          block: [{ device: 'vda', readRequests: '0', readBytes: '0', writeRequests: '0', writeBytes: '0' }],
        },
      ],
    });
  });

  test('dommemstat, domblkstat and domifstat print the lines of virsh', async () => {
    expect(masked(await text('dommemstat', 'test'))).toMatch(
      /^actual N\nswap_in 0\nrss N\nminor_fault \d+\nmajor_fault 0\nlimit N\npeak N\nworking_set N\nanon N\n/u,
    );
    expect(await cli.json('dommemstat', 'test')).toMatchObject({
      name: 'test',
      actualKiB: 2_097_152,
      usageKiB: 4096,
    });
    expect(await text('domblkstat', 'test', 'vda')).toMatch(
      /^vda rd_req \d+\nvda rd_bytes \d+\nvda wr_req \d+\nvda wr_bytes \d+\n$/u,
    );
    expect(await text('domblkstat', 'test')).toMatch(/^rd_req \d+\nrd_bytes /u);
    expect(await cli.json('domblkstat', 'test', '/dev/vda')).toMatchObject({
      device: '/dev/vda',
      readBytes: NUMBER,
    });
    expect(await text('domifstat', 'test', 'lo')).toBe(
      ['rx', 'tx']
        .flatMap((way) => ['bytes', 'packets', 'errs', 'drop'].map((what) => `lo ${way}_${what} 0\n`))
        .join(''),
    );
    expect(await cli.json('domifstat', 'test', 'lo')).toMatchObject({ interface: 'lo', rxBytes: '0' });
  });

  test('cpu-stats prints single CPUs and the total', async () => {
    const whole = await text('cpu-stats', 'test');
    expect(whole.match(/^(?:CPU\d+|Total):$/gmu)).toHaveLength(17);
    expect(await text('cpu-stats', 'test', '--total')).toMatch(
      /^Total:\n\tcpu_time {13}0\.\d{9} seconds\n\tuser_time {12}0\.\d{9} seconds\n\tsystem_time {10}0\.\d{9} seconds\n$/u,
    );
    expect(await text('cpu-stats', 'test', '--start', '14')).toMatch(
      /^CPU14:\n\tcpu_time .*\nCPU15:\n\tcpu_time .*\n$/u,
    );
    expect(await cli.json('cpu-stats', 'test', '--start', '1', '--count', '1', '--total')).toMatchObject({
      cpus: [{ cpu: 1, cpuTimeNs: NUMBER }],
      total: { cpuTimeNs: NUMBER, throttling: { periods: 0 } },
    });
    expect(await cli.json('cpu-stats', 'test', '--total')).not.toHaveProperty('cpus');
  });

  test('top prints the processes; what they are called can not command the terminal', async () => {
    const domain = await cli.connection.lookupDomainByName('test');
    const sleeper = domain.exec(['sleep', '9', '\x1b[2J']);
    await sleeper.pid;
    expect(await text('top', 'test')).toMatch(
      /^ USER {3}PID {3}PPID {3}HPID {3}%CPU .*COMMAND\n 0 .* 1 .*4\.0MiB.* S .*0:00:00 {3}\/bin\/sleep infinity\n 0 .* sleep 9 \\x1b\[2J\n$/u,
    );
    expect(await cli.json('top', 'test')).toMatchObject({
      name: 'test',
      processes: [
        { pid: 1, hostPid: 1001, argv: ['/bin/sleep', 'infinity'], cpuTimeNs: NUMBER },
        { pid: 2, argv: ['sleep', '9', '\x1b[2J'] },
      ],
    });
    sleeper.kill('SIGKILL');
    await sleeper;
    expect(await text('top', 'test', '-q')).toMatch(/^ 0 .*infinity\n$/u);
  });

  test.each([
    [['domstats', 'nobody'], "No domain with matching name 'nobody'"],
    [['domblkstat', 'test', 'sdz'], "invalid path: 'sdz'"],
    [['domifstat', 'test', 'eth7'], "'eth7' is not a known interface"],
    [['domifstat', 'test'], 'INTERFACE is missing'],
    [['cpu-stats', 'test', '--start', '16'], '--start must be below 16'],
    [['cpu-stats', 'test', '--count', '-1'], '--count must be a whole number'],
    [['stats', '--interval', '0'], '--interval must be'],
    [['stats', '--interval', '9999999'], '--interval must be'],
    [['stats', 'test', 'nobody'], "No domain with matching name 'nobody'"],
  ])('%j fails', async (argv, message) => {
    const { code, stdout, stderr } = await cli.run(...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test.each(['domstats', 'stats', 'top', 'cpu-stats', 'dommemstat', 'domblkstat'])(
    '%s of a domain that is off fails',
    async (verb) => {
      await cli.run('destroy', 'test');
      expect(await cli.run(verb, 'test')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'error: domain is not running\n',
      });
    },
  );
});

describe('stats', () => {
  const cli = useSession();
  const HEADER = / NAME .*CPU %.*MEM USAGE \/ LIMIT.*MEM %.*NET I\/O.*BLOCK I\/O.*PIDS\n/u;
  const onTerminal =
    (columns: number, rows: number) =>
    ({ stdout }: Running): void => {
      stdout.setSize(columns, rows);
    };

  test('--no-stream prints one table, with the share of CPU', async () => {
    const { code, stdout } = await cli.run('stats', '--no-stream', '--interval', '0.02');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^${HEADER.source} test {3}25\\.00% {3}4\\.0MiB / 2\\.0GiB +0\\.20% {3}0B / 0B .* 1\\n$`,
        'u',
      ),
    );
    expect((await cli.run('stats', '--no-stream', '--interval', '0.02', '-q')).stdout).toMatch(
      /^ test .*\n$/u,
    );
    expect(await cli.json('stats', 'test', '--no-stream', '--interval', '0.02')).toMatchObject({
      at: expect.stringMatching(/Z$/u) as unknown,
      domains: [{ name: 'test', cpuPercent: 25, memoryPercent: 0.2, pressure: {} }],
    });
  });

  test('prints table after table until interrupted, with domains that come and go', async () => {
    const running = cli.start(['stats', '--interval', '0.01']);
    await running.shows('25.00%');
    await cli.runWith(xmlOf('another'), 'create', '-');
    await running.shows(' another');
    await cli.run('destroy', 'another');
    running.signals.emit('SIGINT', 'SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first = '', ...more] = stdout.split('\n\n');
    expect(first).toMatch(/^ NAME .*\n test {3}- /u);
    expect(more.length).toBeGreaterThan(1);
    expect(stdout).not.toContain('\x1b');
    expect(running.signals.eventNames()).toEqual([]);
  });

  test('--json prints one document for each reading', async () => {
    const running = cli.start(['stats', '--json', '--interval', '0.01']);
    await running.shows('cpuPercent');
    running.signals.emit('SIGTERM', 'SIGTERM');
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    const readings = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly domains: readonly Usage[] });
    expect(readings[0]?.domains[0]).not.toHaveProperty('cpuPercent');
    expect(readings.at(-1)?.domains).toMatchObject([
      { name: 'test', cpuPercent: expect.any(Number) as unknown },
    ]);
  });

  test('on a terminal each table is drawn over the last one, and nothing has to be put back', async () => {
    const running = cli.start(['stats', '--interval', '0.01'], onTerminal(40, 10));
    await running.shows('\x1b[2F\x1b[J NAME');
    running.signals.emit('SIGINT', 'SIGINT');
    const { stdout } = await running.ended;
    const lines = stdout.replaceAll('\x1b[2F\x1b[J', '').split('\n');
    expect(lines.every((line) => line.length <= 40 && !line.includes('\x1b'))).toBe(true);
    expect(running.stdout.listenerCount('resize')).toBe(0);
  });

  test('a terminal with few rows has some of the domains, and how many more there are', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await cli.runWith(xmlOf(name), 'create', '-');
    const running = cli.start(['stats', '--interval', '0.01'], onTerminal(80, 5));
    await running.shows('\x1b[4F');
    running.signals.emit('SIGINT', 'SIGINT');
    expect((await running.ended).stdout).toMatch(/^ NAME .*\n a .*\n b .*\n\(3 more\)\n/u);
  });

  test('of domains that are named ends with the last of them', async () => {
    await cli.runWith(xmlOf('other'), 'create', '-');
    const running = cli.start(['stats', 'test', 'other', '--interval', '0.01']);
    await running.shows('25.00%');
    await cli.run('destroy', 'other');
    await cli.run('destroy', 'test');
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
  });
});
