import type { DomainEvent, EventStream, LifecycleEvent } from 'virtainer';
import { expectCode, type Suite } from './suite.js';

/** Reads until so many lifecycle events have come. */
async function take(stream: EventStream, count: number): Promise<LifecycleEvent[]> {
  const events: LifecycleEvent[] = [];
  for await (const event of stream) {
    if (event.type === 'lifecycle') events.push(event);
    if (events.length === count) break;
  }
  return events;
}

function summary({ event, detail }: LifecycleEvent): string {
  return `${event} ${detail}`;
}

export function describeEvents(suite: Suite): void {
  describe('events', () => {
    test('tell a life in order, numbered without gaps', async () => {
      const connection = suite.connection();
      const stream = connection.events();
      const domain = await connection.defineDomain(suite.fresh());
      await connection.defineDomain(await domain.getDefinition());
      await domain.create();
      await domain.suspend();
      await domain.suspend();
      await domain.resume();
      await domain.destroy();
      await domain.undefine();
      const events = await take(stream, 7);
      expect(events.map(summary)).toEqual([
        'defined added',
        'defined updated',
        'started booted',
        'suspended paused',
        'resumed unpaused',
        'stopped destroyed',
        'undefined removed',
      ]);
      const first = events[0]?.sequence ?? 0;
      expect(first).toBeGreaterThan(0);
      expect(events.map(({ sequence }) => sequence - first)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      for (const event of events) {
        expect(event).toMatchObject({ type: 'lifecycle', domain: domain.name, uuid: domain.uuid });
        expect(event.at).toBeInstanceOf(Date);
      }
    });

    test('can be read again, since a sequence number', async () => {
      const connection = suite.connection();
      const stream = connection.events();
      const domain = await connection.defineDomain(suite.fresh());
      await domain.create();
      await domain.destroy();
      const [defined, ...later] = await take(stream, 3);
      const again = await take(connection.events({ since: defined?.sequence ?? 0 }), 2);
      expect(again.map(summary)).toEqual(later.map(summary));
      expect(again.map(({ sequence }) => sequence)).toEqual(later.map(({ sequence }) => sequence));
    });

    test('of one domain only, by handle, name or uuid', async () => {
      const connection = suite.connection();
      const [one, other] = [
        await connection.defineDomain(suite.fresh()),
        await connection.defineDomain(suite.fresh()),
      ];
      const streams = [one, one.name, one.uuid].map((domain) => connection.events({ domain }));
      await other.undefine();
      await one.undefine();
      for (const stream of streams) {
        expect((await take(stream, 1))[0]).toMatchObject({ domain: one.name, event: 'undefined' });
      }
    });

    test('a listener set just before the act hears of it', async () => {
      const connection = suite.connection();
      const domain = await connection.defineDomain(suite.fresh());
      const heard = new Promise<LifecycleEvent>((resolve) => connection.once('lifecycle', resolve));
      await domain.create();
      expect(summary(await heard)).toBe('started booted');
    });

    test('a listener that throws keeps nothing from the others, and is reported', async () => {
      const connection = suite.connection();
      const errors: Error[] = [];
      connection.on('error', (error) => errors.push(error));
      connection.on('lifecycle', () => {
        throw new Error('careless');
      });
      connection.on('lifecycle', () => Promise.reject(new Error('careless later')));
      const heard = new Promise<LifecycleEvent>((resolve) => connection.on('lifecycle', resolve));
      await connection.defineDomain(suite.fresh());
      expect(summary(await heard)).toBe('defined added');
      await new Promise((resolve) => setImmediate(resolve));
      expect(errors.map(({ message }) => message)).toEqual(['careless', 'careless later']);
    });

    test('off() ends what on() began', async () => {
      const connection = suite.connection();
      const seen: LifecycleEvent[] = [];
      const listener = (event: LifecycleEvent): void => void seen.push(event);
      connection.on('lifecycle', listener).off('lifecycle', listener);
      const stream = connection.events();
      await connection.defineDomain(suite.fresh());
      await take(stream, 1);
      expect(seen).toEqual([]);
    });

    test('a reader that is too slow is told how many events it has missed', async () => {
      const connection = suite.connection();
      const stream = connection.events({ buffer: 2 });
      const everything = connection.events();
      const domain = await connection.defineDomain(suite.fresh());
      const definition = await domain.getDefinition();
      for (let count = 1; count < 8; count += 1) await connection.defineDomain(definition);
      await take(everything, 8);
      await new Promise((resolve) => setTimeout(resolve, 50));
      let delivered = 0;
      let dropped = 0;
      for await (const event of stream) {
        if (event.type === 'overflow') dropped += event.dropped;
        else delivered += 1;
        if (delivered + dropped === 8) break;
      }
      expect(delivered).toBeGreaterThanOrEqual(2);
      expect(dropped).toBeGreaterThan(0);
    });

    test('end without an error when the signal aborts', async () => {
      const abort = new AbortController();
      const stream = suite.connection().events({ signal: abort.signal });
      const next: Promise<IteratorResult<DomainEvent, undefined>> = stream.next();
      abort.abort();
      expect(await next).toEqual({ done: true, value: undefined });
      expect(await suite.connection().events({ signal: abort.signal }).next()).toMatchObject({ done: true });
    });

    test('refuse a bad buffer or sequence number with INVALID_ARG', async () => {
      const bad = [{ buffer: 0 }, { buffer: 1.5 }, { since: -1 }];
      for (const options of bad) {
        await expectCode((async () => take(suite.connection().events(options), 1))(), 'INVALID_ARG');
      }
    });
  });
}
