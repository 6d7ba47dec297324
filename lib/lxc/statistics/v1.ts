/** What cgroup v1 counts. */
import { compact } from '../../definition/plain/compact.js';
import { NO_LIMIT_BYTES } from '../cgroup/limit-text.js';
import type { Counters } from './counters.js';
import { countOf, numberIn, numberOf, ticksToNs, toKiB } from './kernel-text.js';
import { blockCounts } from './v1-block.js';

export const V1: Counters = {
  cpuTime(file) {
    const cpuTimeNs = numberIn(file('cpuacct.usage'));
    if (cpuTimeNs === undefined) return undefined;
    const stat = file('cpuacct.stat');
    return compact({
      cpuTimeNs,
      userTimeNs: ticksToNs(numberOf(stat, 'user') ?? 0n),
      systemTimeNs: ticksToNs(numberOf(stat, 'system') ?? 0n),
      perCpuNs: file('cpuacct.usage_percpu')?.trim().split(' ').map(BigInt),
    });
  },

  throttling(file) {
    const stat = file('cpu.stat');
    const periods = countOf(stat, 'nr_periods');
    if (periods === undefined) return undefined;
    return {
      periods,
      throttledPeriods: countOf(stat, 'nr_throttled') ?? 0,
      throttledTimeNs: numberOf(stat, 'throttled_time') ?? 0n,
    };
  },

  memory(file) {
    const usage = numberIn(file('memory.usage_in_bytes'));
    const stat = file('memory.stat');
    if (usage === undefined || stat === undefined) return undefined;
    const bytes = (name: string): bigint => numberOf(stat, `total_${name}`) ?? 0n;
    const limit = numberIn(file('memory.limit_in_bytes'));
    const inactive = bytes('inactive_file');
    return compact({
      limitKiB: limit !== undefined && limit < NO_LIMIT_BYTES ? toKiB(limit) : undefined,
      usageKiB: toKiB(usage),
      peakKiB: toKiB(numberIn(file('memory.max_usage_in_bytes'))),
      workingSetKiB: toKiB(usage > inactive ? usage - inactive : 0n),
      rssKiB: toKiB(bytes('rss')),
      cacheKiB: toKiB(bytes('cache')),
      swapKiB: toKiB(numberOf(stat, 'total_swap')),
      kernelKiB: toKiB(numberIn(file('memory.kmem.usage_in_bytes'))),
      minorFaults: bytes('pgfault'),
      majorFaults: bytes('pgmajfault'),
      oomKills: countOf(file('memory.oom_control'), 'oom_kill'),
    });
  },

  block: blockCounts,
};
