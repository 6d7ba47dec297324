/** Readings of one domain, one after the other. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainView } from './domain-view.js';
import { VirtError, type VirtErrorCode } from './errors.js';
import type { DomainStats, StatsGroup } from './statistics.js';

/** What {@link Domain.getStats} reads. */
export interface StatsOptions {
  /** Default: all of them. */
  readonly groups?: readonly StatsGroup[];
}

/** How {@link Domain.watchStats} reads. */
export interface WatchStatsOptions extends StatsOptions {
  /** Time from one reading to the next, milliseconds. */
  readonly intervalMs: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** setTimeout turns what is longer into 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws VirtError INVALID_ARG for an interval that a timer can't have. */
export function watchStats(
  view: DomainView,
  { intervalMs, groups, signal }: WatchStatsOptions & Required<Pick<StatsOptions, 'groups'>>,
): AsyncIterableIterator<DomainStats> {
  if (!(intervalMs >= 1 && intervalMs <= MAX_TIMER_MS)) {
    throw new VirtError(
      'INVALID_ARG',
      `watchStats: intervalMs must be 1 to ${MAX_TIMER_MS}, not ${intervalMs}`,
    );
  }
  return readings(view, { intervalMs, groups, signal });
}

interface Watch {
  readonly intervalMs: number;
  readonly groups: readonly StatsGroup[];
  readonly signal: AbortSignal | undefined;
}

async function* readings(view: DomainView, watch: Watch): AsyncGenerator<DomainStats, void, undefined> {
  const { intervalMs, groups, signal } = watch;
  let due = performance.now();
  for (let first = true; !signal?.aborted; first = false) {
    const stats = await view.session
      .reading('virDomainListGetStats')
      .getStats(view.uuid, groups)
      .catch((error: unknown) => {
        if (!first && error instanceof VirtError && ENDS.includes(error.code)) return undefined;
        throw error;
      });
    if (!stats) return;
    yield stats;
    // A reader that takes longer than an interval gets the next reading at once, and not those it has missed.
    due = Math.max(due + intervalMs, performance.now());
    await delay(due - performance.now(), undefined, { signal }).catch(() => undefined);
  }
}

/** What the reading of a domain fails with once it has stopped, or its connection is closed. */
const ENDS: readonly VirtErrorCode[] = ['OPERATION_INVALID', 'NO_DOMAIN', 'INVALID_CONN'];
