/** Both versions of cgroups, and hosts that have some controllers in the one and some in the other. */
import { readBlock } from '../../../../lib/lxc/statistics/block.js';
import { readCpu } from '../../../../lib/lxc/statistics/cpu.js';
import { readOnce as read } from '../../../../lib/lxc/statistics/kept-files.js';
import { readMemory } from '../../../../lib/lxc/statistics/memory.js';
import { readPids } from '../../../../lib/lxc/statistics/pids.js';
import { readPressure } from '../../../../lib/lxc/statistics/pressure.js';
import * as recorded from './fake-groups.js';

const group = recorded.useGroups();
const MEMORY = {
  actualKiB: 65_536,
  limitKiB: 65_536,
  usageKiB: 40_960,
  peakKiB: 51_200,
  workingSetKiB: 24_576,
  rssKiB: 10_240,
  cacheKiB: 20_480,
  swapKiB: 8,
  kernelKiB: 1024,
  minorFaults: 12_345n,
  majorFaults: 67n,
  oomKills: 3,
};
const names = (numbers: string): string => `name-of-${numbers}`;

describe('version 1', () => {
  test('CPU time in nanoseconds, also of each CPU, and throttling from the controller beside it', () => {
    const groups = [group(1, ['cpu'], recorded.V1_CPU), group(1, ['cpuacct'], recorded.V1_CPUACCT)];
    expect(readCpu(groups, read)).toEqual({
      cpuTimeNs: 11_797_607_775_209n,
      userTimeNs: 20_673_030_000_000n,
      systemTimeNs: 4_112_620_000_000n,
      perCpuNs: [11_797_607_775_209n, 12_988_052_099_074n],
      throttling: { periods: 40, throttledPeriods: 12, throttledTimeNs: 987_654_321n },
    });
  });

  test('memory of the whole tree below the group', () => {
    expect(readMemory([group(1, ['memory'], recorded.V1_MEMORY)], 65_536, read)).toEqual(MEMORY);
  });

  test('no limit is no number, and what an older kernel does not count is absent', () => {
    const files = {
      'memory.usage_in_bytes': '41943040\n',
      'memory.limit_in_bytes': '9223372036854771712\n',
      'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\n',
      'memory.stat': 'total_cache 0\ntotal_rss 4096\ntotal_inactive_file 0\n',
    };
    const memory = readMemory([group(1, ['memory'], files)], 1024, read);
    expect(memory).toMatchObject({ rssKiB: 4, minorFaults: 0n, workingSetKiB: 40_960 });
    for (const name of ['limitKiB', 'peakKiB', 'swapKiB', 'kernelKiB', 'oomKills'])
      expect(memory).not.toHaveProperty(name);
  });

  test('block I/O is what throttling or BFQ has counted, whichever began earlier', () => {
    const counts = (read: number, write: number): string =>
      `8:0 Read ${read}\n8:0 Write ${write}\n8:0 Sync 1\n8:0 Async 1\n8:0 Discard 0\n8:0 Total 9\nTotal 9\n`;
    const files = {
      'blkio.throttle.io_service_bytes_recursive': counts(100, 4000) + '8:16 Read 5\n8:16 Write 0\n',
      'blkio.throttle.io_serviced_recursive': counts(1, 40),
      'blkio.bfq.io_service_bytes_recursive': counts(2000, 3000) + '8:32 Read 0\n8:32 Write 0\n',
      'blkio.bfq.io_serviced_recursive': counts(20, 30),
    };
    expect(readBlock([group(1, ['blkio'], files)], names, read)).toEqual([
      { device: 'name-of-8:0', readRequests: 20n, readBytes: 2000n, writeRequests: 40n, writeBytes: 4000n },
      { device: 'name-of-8:16', readRequests: 0n, readBytes: 5n, writeRequests: 0n, writeBytes: 0n },
    ]);
    const unused = { 'blkio.throttle.io_service_bytes_recursive': 'Total 0\n' };
    expect(readBlock([group(1, ['blkio'], unused)], names, read)).toEqual([]);
  });

  test('pids of a kernel that keeps neither peak nor refusals', () => {
    expect(readPids([group(1, ['pids'], recorded.V1_PIDS)], read)).toEqual({ current: 7, limit: 512 });
  });
});

describe('version 2', () => {
  test('CPU time in nanoseconds, not of each CPU, and throttling', () => {
    const stat = group(2, ['cpu'], recorded.V2_CPU);
    expect(readCpu([stat], read)).toEqual({
      cpuTimeNs: 2_478_565_000n,
      userTimeNs: 2_067_303_000n,
      systemTimeNs: 411_262_000n,
      throttling: { periods: 40, throttledPeriods: 12, throttledTimeNs: 987_654_000n },
    });
  });

  test('without the controller there is no throttling, but CPU time', () => {
    const stat = group(2, [], { 'cpu.stat': 'usage_usec 5\nuser_usec 3\nsystem_usec 2\n' });
    expect(readCpu([stat], read)).toEqual({ cpuTimeNs: 5000n, userTimeNs: 3000n, systemTimeNs: 2000n });
  });

  test('memory', () => {
    expect(readMemory([group(2, ['memory'], recorded.V2_MEMORY)], 65_536, read)).toEqual(MEMORY);
    const files = { ...recorded.V2_MEMORY, 'memory.max': 'max\n' };
    expect(readMemory([group(2, ['memory'], files)], 1, read)).not.toHaveProperty('limitKiB');
  });

  test('block I/O of the devices that were used, beyond 2^53 and with unknown words', () => {
    expect(readBlock([group(2, ['io'], recorded.V2_IO)], names, read)).toEqual([
      {
        device: 'name-of-8:0',
        readRequests: 4n,
        readBytes: 4_194_304n,
        writeRequests: 16n,
        writeBytes: 8_388_608n,
      },
      {
        device: 'name-of-259:0',
        readRequests: 1n,
        readBytes: 2n ** 64n - 1n,
        writeRequests: 1n,
        writeBytes: 1n,
      },
    ]);
  });

  test('pids without a limit', () => {
    expect(readPids([group(2, ['pids'], recorded.V2_PIDS)], read)).toEqual({
      current: 7,
      peak: 20,
      refusals: 4,
    });
  });

  test('pressure of what the kernel knows it of', () => {
    const full = { avg10: 0, avg60: 0, avg300: 0, totalUs: 7n };
    const some = (totalUs: bigint): object => ({ avg10: 1.5, avg60: 0.25, avg300: 0.05, totalUs });
    expect(readPressure([group(2, [], recorded.V2_PRESSURE)], read)).toEqual({
      cpu: { some: some(100n), full },
      memory: { some: some(200n), full },
      io: { some: some(300n), full },
    });
    const older = { 'cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=9007199254740993\n' };
    expect(readPressure([group(2, [], older)], read)).toEqual({
      cpu: { some: { avg10: 0, avg60: 0, avg300: 0, totalUs: 9_007_199_254_740_993n } },
    });
    expect(readPressure([group(2, [], {})], read)).toBeUndefined();
  });
});

describe('a host with both', () => {
  test('each controller is read where it is', () => {
    const groups = [
      group(2, [], { ...recorded.V2_PRESSURE, 'cpu.stat': 'usage_usec 1\nuser_usec 1\nsystem_usec 0\n' }),
      group(1, ['memory'], recorded.V1_MEMORY),
      group(1, ['cpuacct'], recorded.V1_CPUACCT),
    ];
    expect(readCpu(groups, read)).toMatchObject({ cpuTimeNs: 11_797_607_775_209n });
    expect(readCpu(groups, read)).not.toHaveProperty('throttling');
    expect(readMemory(groups, 65_536, read)).toEqual(MEMORY);
    expect(readPressure(groups, read)).toHaveProperty('io');
    expect(readPids(groups, read)).toBeUndefined();
    expect(readBlock(groups, names, read)).toBeUndefined();
  });

  test('a controller in version 2 is found beside others in version 1', () => {
    const groups = [
      group(1, ['memory'], recorded.V1_MEMORY),
      group(2, ['cpu', 'pids', 'io'], { ...recorded.V2_CPU, ...recorded.V2_PIDS, ...recorded.V2_IO }),
    ];
    expect(readCpu(groups, read)).toMatchObject({ cpuTimeNs: 2_478_565_000n, throttling: { periods: 40 } });
    expect(readPids(groups, read)).toMatchObject({ peak: 20 });
    expect(readBlock(groups, names, read)).toHaveLength(2);
  });

  test('nothing is counted without groups', () => {
    expect(readCpu([], read)).toBeUndefined();
    expect(readMemory([], 1, read)).toBeUndefined();
    expect(readPressure([], read)).toBeUndefined();
  });
});
