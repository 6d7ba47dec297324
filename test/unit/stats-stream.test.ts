import { setTimeout as delay } from 'node:timers/promises';
import type { DomainStats } from 'virtainer';
import { DomainView } from '../../lib/domain-view.js';
import type { Driver } from '../../lib/driver.js';
import { VirtError } from '../../lib/errors.js';
import { Session } from '../../lib/session.js';
import { watchStats, type StatsStream } from '../../lib/stats-stream.js';
import { openTest } from '../../lib/test-driver/driver.js';

/** An interval that no test waits for. */
const LONG = 2 ** 31 - 1;

const STATS: DomainStats = {
  uuid: 'u',
  name: 'd',
  id: 1,
  state: 'running',
  reason: 'booted',
  at: new Date(0),
  monotonicNs: 0n,
  vcpus: 1,
};

/** A driver whose readings the test gives. */
class Source {
  readonly readings: (DomainStats | VirtError)[] = [];
  asked = 0;
  readonly session = new Session(
    Object.assign<Driver, Partial<Driver>>(openTest('/default'), {
      getStats: () => {
        this.asked++;
        const next = this.readings.shift() ?? STATS;
        return next instanceof VirtError ? Promise.reject(next) : Promise.resolve(next);
      },
    }),
    { readOnly: true },
  );
  readonly view = new DomainView(this.session, {
    uuid: 'u',
    name: 'd',
    id: 1,
    state: 'running',
    reason: 'booted',
    persistent: false,
    autostart: false,
  });

  watch(intervalMs: number, signal?: AbortSignal): StatsStream {
    return watchStats(this.view, { intervalMs, groups: ['cpu'], ...(signal ? { signal } : {}) });
  }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

let before = 0;
beforeEach(() => {
  before = timers();
});
afterEach(async () => {
  // Timers of the test runner come and go, too.
  for (let turn = 0; timers() > before && turn < 100; turn++) await delay(10);
  expect(timers()).toBeLessThanOrEqual(before);
});

test('a reading comes at once and the next one after the interval', async () => {
  const source = new Source();
  const started = performance.now();
  const seen: number[] = [];
  for await (const stats of source.watch(20)) {
    expect(stats).toBe(STATS);
    seen.push(performance.now() - started);
    if (seen.length === 3) break;
  }
  // A timer may come a millisecond early.
  expect(seen[2]).toBeGreaterThanOrEqual(38);
  expect(source.asked).toBe(3);
});

test('nothing is read, and nothing is held, before the first next()', async () => {
  const source = new Source();
  source.watch(LONG);
  await source.session.close();
  expect(source.asked).toBe(0);
});

test.each(['OPERATION_INVALID', 'NO_DOMAIN', 'INVALID_CONN'] as const)(
  'ends with the reading that fails with %s',
  async (code) => {
    const source = new Source();
    source.readings.push(STATS, new VirtError(code, 'gone'));
    const seen = [];
    for await (const stats of source.watch(1)) seen.push(stats);
    expect(seen).toEqual([STATS]);
  },
);

test('the first reading has to succeed, and other failures are passed on', async () => {
  const source = new Source();
  source.readings.push(new VirtError('OPERATION_INVALID', 'domain is not running'));
  await expect(source.watch(1).next()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
  source.readings.push(STATS, new VirtError('SYSTEM_ERROR', 'cannot read'));
  const stream = source.watch(1);
  await stream.next();
  await expect(stream.next()).rejects.toMatchObject({ code: 'SYSTEM_ERROR' });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('an abort ends the wait, and nothing is listened for afterwards', async () => {
  const source = new Source();
  const abort = new AbortController();
  const stream = source.watch(LONG, abort.signal);
  await stream.next();
  const waiting = stream.next();
  abort.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await source.watch(1, abort.signal).next()).toEqual({ done: true, value: undefined });
  expect(source.asked).toBe(1);
});

test('the end of the connection ends the wait', async () => {
  const source = new Source();
  const stream = source.watch(LONG);
  await stream.next();
  const waiting = stream.next();
  await source.session.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test('return() ends the wait of a next() that is under way', async () => {
  const source = new Source();
  await using stream = source.watch(LONG);
  await stream.next();
  const waiting = stream.next();
  expect(await stream.return()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test('a slow reader gets the next reading at once, and not those that it has missed', async () => {
  const source = new Source();
  const stream = source.watch(5);
  await stream.next();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await stream.next();
  expect(source.asked).toBe(2);
  await stream.return();
});

test.each([0, -1, 0.5, Number.NaN, Infinity, 2 ** 31])('an interval of %p is refused', (intervalMs) => {
  expect(() => new Source().watch(intervalMs)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARG' }) as Error,
  );
});
