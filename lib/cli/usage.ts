/** Readings of running domains, one after the other, with what was used from one to the next. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainStats } from '../index.js';

/** A reading with shares; one that is not known is absent. */
export interface Usage extends DomainStats {
  /** Of one CPU, since the reading before; two busy CPUs are 200. */
  readonly cpuPercent?: number;
  /** Working set, of the limit. */
  readonly memoryPercent?: number;
}

export interface UsageOptions {
  /** All domains of one reading; undefined: there will be no more. */
  readonly read: () => Promise<readonly DomainStats[] | undefined>;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/** Without end, unless `read` or the signal ends it. The first reading has no share of CPU. */
export async function* watchUsage({
  read,
  intervalMs,
  signal,
}: UsageOptions): AsyncGenerator<readonly Usage[], void, undefined> {
  let before: readonly DomainStats[] = [];
  while (!signal.aborted) {
    const due = performance.now() + intervalMs;
    const now = await read();
    if (!now) return;
    yield now.map((stats) =>
      withShares(
        stats,
        before.find(({ uuid }) => uuid === stats.uuid),
      ),
    );
    before = now;
    await delay(Math.max(due - performance.now(), 0), undefined, { signal }).catch(() => undefined);
  }
}

function withShares(stats: DomainStats, before: DomainStats | undefined): Usage {
  const [cpu, memory] = [cpuPercent(stats, before), memoryPercent(stats)];
  return {
    ...stats,
    ...(cpu === undefined ? {} : { cpuPercent: cpu }),
    ...(memory === undefined ? {} : { memoryPercent: memory }),
  };
}

/** Not of a domain that has been started anew meanwhile. */
function cpuPercent(stats: DomainStats, before: DomainStats | undefined): number | undefined {
  if (!stats.cpu || !before?.cpu || stats.id !== before.id) return undefined;
  const passedNs = stats.monotonicNs - before.monotonicNs;
  const usedNs = stats.cpu.cpuTimeNs - before.cpu.cpuTimeNs;
  return passedNs > 0n && usedNs >= 0n ? percent(Number(usedNs), Number(passedNs)) : undefined;
}

function memoryPercent({ memory }: DomainStats): number | undefined {
  return memory?.limitKiB === undefined ? undefined : percent(memory.workingSetKiB, memory.limitKiB);
}

/** Two digits behind the point. */
function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100;
}
