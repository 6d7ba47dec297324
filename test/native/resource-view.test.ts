/** What a container sees of its resources, made of files of our own: also those of version 2, which few hosts have. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'virtainer-view-'));
const program = join(folder, 'resource-view');
const SOURCES = [
  'test/native/resource-view.cc',
  'cpp/common/tokens.cc',
  ...[
    ...['fuse_requests', 'fuse_server', 'records', 'resource_view', 'view_cpus', 'view_disks', 'view_memory'],
    ...['view_names', 'view_readings', 'view_snapshots', 'view_text', 'view_times'],
  ].map((name) => `cpp/controller/${name}.cc`),
];
const compiled = spawnSync('g++', [
  ...['-std=c++20', '-Wall', '-Wextra', '-Werror', '-fno-exceptions', '-Icpp', '-o', program],
  ...SOURCES,
]);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file of the view, of sources with these texts. */
function show(file: string, sources: readonly (readonly [name: string, text: string])[] = []): string {
  const args = sources.map(([name, text], index) => {
    const path = join(folder, `source-${index}`);
    writeFileSync(path, text);
    return `${name}=${path}`;
  });
  const { status, stdout } = spawnSync(program, [file, ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

const kib = (text: string, name: string): number =>
  Number(new RegExp(`^${name}: +(\\d+)`, 'mu').exec(text)?.[1]);
const onHost = (path: string): string => readFileSync(path, 'utf8');
const MIB = 1024 * 1024;

const STAT_V2 = `anon ${MIB}\nfile ${4 * MIB}\nkernel_stack 16384\nshmem ${MIB}\nfile_mapped 8192\nactive_anon 4096
inactive_anon 8192\nactive_file ${2 * MIB}\ninactive_file ${MIB}\nslab_reclaimable ${MIB}\nslab ${2 * MIB}\nswap 4096\n`;
const STAT_V1 = `cache 1\nrss 1\ntotal_cache ${4 * MIB}\ntotal_rss ${MIB}\ntotal_swap ${MIB}\ntotal_active_file ${MIB}\n`;

// Any other failure to run it is one of the tests, not a reason to leave them out.
const missing = (compiled.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
if (missing) rmSync(folder, { recursive: true });
(missing ? describe.skip : describe)(`a view of resources${missing ? ' (skipped: needs g++)' : ''}`, () => {
  test('is compiled without warnings', () => {
    expect([compiled.error, compiled.status, compiled.stderr.toString()]).toEqual([undefined, 0, '']);
  });

  test('memory of version 2: the smallest limit of all levels, and the names of /proc/meminfo', () => {
    const text = show('meminfo', [
      ['memory-limit', 'max\n'],
      ['memory-limit', `${64 * MIB}\n`],
      ['memory-usage', `${10 * MIB}\n`],
      ['memory-stat-v2', STAT_V2],
      ['swap-limit', '0\n'],
    ]);
    const values = ['MemTotal', 'MemFree', 'MemAvailable', 'Cached', 'Active', 'AnonPages', 'Slab', 'Shmem'];
    expect(values.map((name) => kib(text, name) / 1024)).toEqual([64, 54, 58, 4, 2 + 1 / 256, 1, 2, 1]);
    expect([kib(text, 'SwapTotal'), kib(text, 'KernelStack'), kib(text, 'Committed_AS')]).toEqual([0, 16, 0]);
  });

  test('memory of version 1 counts what is below the group too', () => {
    const text = show('meminfo', [
      ['memory-limit', `${64 * MIB}\n`],
      ['memory-usage', `${70 * MIB}\n`],
      ['memory-stat', STAT_V1],
      ['memory-and-swap-limit', `${64 * MIB}\n`],
    ]);
    expect([kib(text, 'MemFree'), kib(text, 'MemAvailable'), kib(text, 'Cached')]).toEqual([0, 1024, 4096]);
    expect(kib(text, 'SwapTotal')).toBe(0);
  });

  test('without a limit the memory is the host’s, and the lines are those of its kernel', () => {
    const text = show('meminfo', [['memory-limit', '9223372036854771712\n']]);
    const names = (meminfo: string): string[] => meminfo.split('\n').map((line) => line.split(':')[0] ?? '');
    expect(kib(text, 'MemTotal')).toBe(kib(onHost('/proc/meminfo'), 'MemTotal'));
    expect(names(text)).toEqual(names(onHost('/proc/meminfo')));
  });

  test('of the CPUs of a set, a quota shows as many as it is worth', () => {
    const online = (...sources: Parameters<typeof show>[1] & object): string => show('cpu-online', sources);
    const set = ['cpus', '0-3,6,8\n'] as const;
    expect(online(set)).toBe('0-3,6,8\n');
    expect(online(set, ['cpu-max', '150000 100000\n'])).toBe('0-1\n');
    expect(online(set, ['cpu-max', 'max 100000\n'])).toBe('0-3,6,8\n');
    expect(online(set, ['cpu-quota', '-1\n'], ['cpu-period', '100000\n'])).toBe('0-3,6,8\n');
    expect(online(set, ['cpu-quota', '1000\n'], ['cpu-period', '100000\n'])).toBe('0\n');
    expect(online(set, ['cpu-max', 'max 1\n'], ['cpu-max', '500 100\n'])).toBe('0-3,6\n');
    expect(online()).toBe(onHost('/sys/devices/system/cpu/online'));
    for (const nonsense of ['', 'x', '3-', '-1', '0-99999999999'])
      expect(online(['cpus', nonsense])).toBe(onHost('/sys/devices/system/cpu/online'));
  });

  test('CPU information is that of the CPUs shown', () => {
    const processors = show('cpuinfo', [['cpus', '0\n']]).match(/^processor\s*:.*/gmu);
    expect(processors).toEqual(['processor\t: 0']);
  });

  test('disks are those that were used, with what was read and written', () => {
    const [major = '', minor = '', name = ''] =
      onHost('/proc/diskstats').split('\n')[0]?.trim().split(/\s+/u) ?? [];
    const device = `${major}:${minor}`;
    const shown = (...sources: Parameters<typeof show>[1] & object): string[] =>
      show('diskstats', sources).trim().split(/\s+/u);
    const numbers = '7 0 8 0 3 0 16 0 0 0 0 1 0 2 0 0 0'.split(' ');
    const v2 = `${device} rbytes=4096 wbytes=8192 rios=7 wios=3 dbytes=1024 dios=1\n1:9 rbytes=1 rios=1\n`;
    expect(shown(['io-stat-v2', v2])).toEqual([major, minor, name, ...numbers]);
    const lines = (read: number, write: number, discard: number): string =>
      `${device} Read ${read}\n${device} Write ${write}\n${device} Sync 1\n${device} Discard ${discard}\nTotal 9\n`;
    expect(shown(['io-operations', lines(7, 3, 1)], ['io-bytes', lines(4096, 8192, 1024)])).toEqual([
      major, minor, name, ...numbers,
    ]); // prettier-ignore
    expect(show('diskstats', [['io-stat-v2', `${device} rbytes=0 rios=0\n`]])).toBe('');
  });

  test('time of many CPUs for many years is no less', () => {
    writeFileSync(join(folder, 'many'), '0-511\n');
    const years = (file: string): string => {
      const env = { ...process.env, BOOTTIME_OFFSET: '4000000000' };
      return spawnSync(program, [file, `cpus=${join(folder, 'many')}`], { encoding: 'utf8', env }).stdout;
    };
    const [up = NaN, idle = NaN] = years('uptime').split(' ').map(Number);
    expect(up).toBeGreaterThan(4_000_000_000);
    expect(Math.round(idle / up)).toBe(512);
    expect(Number(years('stat').split(/ +/u)[4]) / (up * 100)).toBeCloseTo(512);
  });

  test('readers do not pay for a time in which the controller has not worked', () => {
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    expect(spawnSync(program, ['slow', fifo], { encoding: 'utf8' }).stdout).toBe('0\n');
  });

  test.each([1, 2, 3])(
    'nonsense from the kernel is answered, and no memory is kept for it (seed %s)',
    (seed) => {
      const { status, stdout } = spawnSync(program, ['requests', String(seed)], { encoding: 'utf8' });
      expect(status).toBe(0);
      const [answered = 0, bytes = Infinity] = stdout.trim().split(' ').map(Number);
      expect(answered).toBe(20_000);
      expect(bytes).toBeLessThan(4 * MIB);
    },
  );
});
