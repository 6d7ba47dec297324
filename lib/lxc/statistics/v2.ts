/** What cgroup v2 counts. */
import { compact } from '../../definition/plain/compact.js';
import type { Counters, NumberedBlockStats } from './counters.js';
import { countOf, linesOf, numberIn, numberOf, pairsOf, toKiB } from './kernel-text.js';

export const V2: Counters = {
  /** Every group has this file, whatever its controllers. */
  cpuTime(file) {
    const stat = file('cpu.stat');
    const cpuTimeNs = nanoseconds(numberOf(stat, 'usage_usec'));
    if (cpuTimeNs === undefined) return undefined;
    return {
      cpuTimeNs,
      userTimeNs: nanoseconds(numberOf(stat, 'user_usec')) ?? 0n,
      systemTimeNs: nanoseconds(numberOf(stat, 'system_usec')) ?? 0n,
    };
  },

  throttling(file) {
    const stat = file('cpu.stat');
    const periods = countOf(stat, 'nr_periods');
    if (periods === undefined) return undefined;
    return {
      periods,
      throttledPeriods: countOf(stat, 'nr_throttled') ?? 0,
      throttledTimeNs: nanoseconds(numberOf(stat, 'throttled_usec')) ?? 0n,
    };
  },

  memory(file) {
    const usage = numberIn(file('memory.current'));
    const stat = file('memory.stat');
    if (usage === undefined || stat === undefined) return undefined;
    const bytes = (name: string): bigint => numberOf(stat, name) ?? 0n;
    const inactive = bytes('inactive_file');
    return compact({
      limitKiB: toKiB(numberIn(file('memory.max'))),
      usageKiB: toKiB(usage),
      peakKiB: toKiB(numberIn(file('memory.peak'))),
      workingSetKiB: toKiB(usage > inactive ? usage - inactive : 0n),
      rssKiB: toKiB(bytes('anon')),
      cacheKiB: toKiB(bytes('file')),
      swapKiB: toKiB(numberIn(file('memory.swap.current'))),
      kernelKiB: toKiB(numberOf(stat, 'kernel')),
      minorFaults: bytes('pgfault'),
      majorFaults: bytes('pgmajfault'),
      oomKills: countOf(file('memory.events'), 'oom_kill'),
    });
  },

  block(file) {
    const stat = file('io.stat');
    return stat === undefined ? undefined : linesOf(stat).map(deviceCounts);
  },
};

function nanoseconds(microseconds: bigint | undefined): bigint | undefined {
  return microseconds === undefined ? undefined : microseconds * 1000n;
}

/** A line is `major:minor name=number name=number ...`. */
function deviceCounts(line: string): NumberedBlockStats {
  const counts = pairsOf(line);
  const of = (name: string): bigint => numberIn(counts.get(name)) ?? 0n;
  return {
    numbers: line.slice(0, line.indexOf(' ')),
    readRequests: of('rios'),
    readBytes: of('rbytes'),
    writeRequests: of('wios'),
    writeBytes: of('wbytes'),
  };
}
