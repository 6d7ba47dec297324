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

/** The same, checked. */
interface Watch extends Omit<WatchStatsOptions, 'signal'> {
  readonly groups: readonly StatsGroup[];
  readonly signal: AbortSignal | undefined;
}

/** setTimeout turns what is longer into 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws VirtError INVALID_ARG for an interval that a timer can't have. */
export function watchStats(
  view: DomainView,
  { intervalMs, groups, signal }: WatchStatsOptions & Required<Pick<StatsOptions, 'groups'>>,
): StatsStream {
  if (!(intervalMs >= 1 && intervalMs <= MAX_TIMER_MS)) {
    throw new VirtError(
      'INVALID_ARG',
      `watchStats: intervalMs must be 1 to ${MAX_TIMER_MS}, not ${intervalMs}`,
    );
  }
  return new StatsStream(view, { intervalMs, groups, signal });
}

/**
 * A series of readings. Ends with the reading that finds the domain stopped, and at once when its connection closes,
 * its signal aborts, or the loop over it is left.
 */
export class StatsStream implements AsyncIterableIterator<DomainStats, undefined>, AsyncDisposable {
  readonly #ended = new AbortController();
  readonly #readings: AsyncGenerator<DomainStats, undefined>;

  /** @internal */
  constructor(view: DomainView, watch: Watch) {
    this.#readings = readings(view, watch, { stream: this, ended: this.#ended });
  }

  next(): Promise<IteratorResult<DomainStats, undefined>> {
    return this.#readings.next();
  }

  return(): Promise<IteratorResult<DomainStats, undefined>> {
    // Otherwise the generator would first wait for its next reading.
    this.#ended.abort();
    return this.#readings.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** @internal */
  endWithConnection(): Promise<void> {
    this.#ended.abort();
    return Promise.resolve();
  }
}

/** Begins with the first `next()`: a stream that nobody reads holds nothing. */
async function* readings(
  view: DomainView,
  { intervalMs, groups, signal }: Watch,
  { stream, ended }: { readonly stream: StatsStream; readonly ended: AbortController },
): AsyncGenerator<DomainStats, undefined> {
  const { session } = view;
  const end = (): void => {
    ended.abort();
  };
  signal?.addEventListener('abort', end);
  session.adopt(stream);
  try {
    let due = performance.now();
    for (let first = true; !isOver(signal, ended); first = false) {
      const stats = await readUnlessOver(view, groups, first);
      if (!stats || isOver(signal, ended)) return undefined;
      yield stats;
      // A reader that takes longer than an interval gets the next reading at once, and not those it has missed.
      due = Math.max(due + intervalMs, performance.now());
      await delay(due - performance.now(), undefined, { signal: ended.signal }).catch(() => undefined);
    }
    return undefined;
  } finally {
    signal?.removeEventListener('abort', end);
    session.release(stream);
  }
}

function isOver(signal: AbortSignal | undefined, ended: AbortController): boolean {
  return signal?.aborted === true || ended.signal.aborted;
}

/** What the reading of a domain fails with once it has stopped, or its connection is closed. */
const ENDS: readonly VirtErrorCode[] = ['OPERATION_INVALID', 'NO_DOMAIN', 'INVALID_CONN'];

async function readUnlessOver(
  { session, uuid }: DomainView,
  groups: readonly StatsGroup[],
  first: boolean,
): Promise<DomainStats | undefined> {
  try {
    return await session.reading('virDomainListGetStats').getStats(uuid, groups);
  } catch (cause) {
    if (!first && cause instanceof VirtError && ENDS.includes(cause.code)) return undefined;
    throw cause;
  }
}
