import type { DomainEvent, LifecycleEvent } from 'virtainer';
import type { Driver, Subscription } from '../../lib/driver.js';
import { EventHub } from '../../lib/events.js';
import { openTest } from '../../lib/test-driver/driver.js';

const EVENT: LifecycleEvent = {
  type: 'lifecycle',
  domain: 'd',
  uuid: 'u',
  event: 'started',
  detail: 'booted',
  sequence: 1,
  at: new Date(0),
};

/** A driver whose subscriptions the test makes, fails and feeds. */
class Source {
  readonly closed = jest.fn();
  subscriptions = 0;
  deliver: (event: DomainEvent) => void = () => {};
  answer: () => Promise<Subscription> = () => Promise.resolve({ close: this.closed });

  readonly hub = new EventHub(
    Object.assign<Driver, Partial<Driver>>(openTest('/default'), {
      subscribe: (listener) => {
        this.subscriptions += 1;
        this.deliver = listener;
        return this.answer();
      },
    }),
  );
}

test('the driver is subscribed to while somebody listens, once for all listeners', async () => {
  const source = new Source();
  await source.hub.ready();
  const [one, two] = [jest.fn(), jest.fn()];
  source.hub.on('lifecycle', one);
  source.hub.on('lifecycle', two);
  source.hub.on('overflow', one);
  await source.hub.ready();
  expect(source.subscriptions).toBe(1);
  source.deliver(EVENT);
  source.deliver({ type: 'overflow', dropped: 3 });
  expect(one.mock.calls).toEqual([[EVENT], [{ type: 'overflow', dropped: 3 }]]);
  expect(two).toHaveBeenCalledTimes(1);
  source.hub.off('lifecycle', one);
  source.hub.off('lifecycle', two);
  expect(source.closed).not.toHaveBeenCalled();
  source.hub.off('overflow', one);
  expect(source.closed).toHaveBeenCalledTimes(1);
});

test('once() hears one event and then lets the subscription go', async () => {
  const source = new Source();
  const listener = jest.fn();
  source.hub.once('lifecycle', listener);
  await source.hub.ready();
  source.deliver(EVENT);
  source.deliver(EVENT);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(source.closed).toHaveBeenCalledTimes(1);
});

test('a subscription given up while it is being made is closed, and delivers nothing', async () => {
  const source = new Source();
  const listener = jest.fn();
  source.hub.on('lifecycle', listener);
  source.hub.off('lifecycle', listener);
  source.deliver(EVENT);
  await new Promise((resolve) => setImmediate(resolve));
  expect(source.closed).toHaveBeenCalledTimes(1);
  expect(listener).not.toHaveBeenCalled();
});

test('a subscription that fails is reported, and tried again with the next listener', async () => {
  const source = new Source();
  const failure = new Error('no inotify');
  const reported = jest.fn();
  source.answer = () => Promise.reject(failure);
  source.hub.on('error', reported);
  source.hub.on('lifecycle', () => {});
  await source.hub.ready();
  expect(reported).toHaveBeenCalledWith(failure);
  source.answer = () => Promise.resolve({ close: source.closed });
  source.hub.on('lifecycle', () => {});
  await source.hub.ready();
  expect(source.subscriptions).toBe(2);
});

test('a stream whose subscription fails rejects its reader', async () => {
  const source = new Source();
  source.answer = () => Promise.reject(new Error('no inotify'));
  const stream = source.hub.stream({ accepts: () => true, buffer: 1 });
  await expect(stream.next()).rejects.toThrow('no inotify');
});

test('without an error listener, what a listener throws becomes a warning', async () => {
  const source = new Source();
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  source.hub.on('lifecycle', () => {
    throw new Error('careless');
  });
  source.deliver(EVENT);
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ message: 'careless' });
  source.hub.on('error', () => {
    throw new Error('careless twice');
  });
  source.deliver(EVENT);
  expect(warn.mock.calls[1]?.[0]).toMatchObject({ message: 'careless twice' });
  warn.mockRestore();
  await source.hub.ready();
});

test('close() ends listeners and streams', async () => {
  const source = new Source();
  const listener = jest.fn();
  source.hub.on('lifecycle', listener);
  const stream = source.hub.stream({ accepts: () => true, buffer: 1 });
  await source.hub.ready();
  source.hub.close();
  expect(await stream.next()).toMatchObject({ done: true });
  expect(source.closed).toHaveBeenCalledTimes(2);
});

test('OOM kills and limits are heard by their own names, and by iterators of their domain', async () => {
  const source = new Source();
  const [oom, limit, lifecycle] = [jest.fn(), jest.fn(), jest.fn()];
  source.hub.on('oom', oom);
  source.hub.on('limit', limit);
  source.hub.on('lifecycle', lifecycle);
  await source.hub.ready();
  const { domain, uuid, sequence, at } = EVENT;
  const killed: DomainEvent = { type: 'oom', domain, uuid, sequence, at, kills: 2 };
  const reached: DomainEvent = {
    type: 'limit',
    resource: 'pids',
    domain: 'other',
    uuid,
    sequence,
    at,
    hits: 1,
  };
  source.deliver(killed);
  source.deliver(reached);
  expect(oom.mock.calls).toEqual([[killed]]);
  expect(limit.mock.calls).toEqual([[reached]]);
  expect(lifecycle).not.toHaveBeenCalled();

  const stream = source.hub.stream({ accepts: (event) => event.domain === domain, buffer: 10 });
  await source.hub.ready();
  source.deliver(reached);
  source.deliver(killed);
  expect(await stream.next()).toEqual({ done: false, value: killed });
  await stream.return();
  source.hub.close();
});
