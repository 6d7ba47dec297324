/** Delivery of the driver's events to listeners and iterators. */
import { types } from 'node:util';
import { EventEmitter } from 'eventemitter3';
import type {
  DomainEvent,
  Driver,
  LifecycleEvent,
  LimitEvent,
  OomEvent,
  OverflowEvent,
  RecordedEvent,
  Subscription,
} from './driver.js';
import { VirtError } from './errors.js';
import { EventStream } from './event-stream.js';

/** What a {@link Connection} tells its listeners, by name of the event. */
export interface ConnectionEvents {
  /** A domain was defined, started, suspended, stopped, ... Mirrors `VIR_DOMAIN_EVENT_ID_LIFECYCLE`. */
  readonly lifecycle: LifecycleEvent;
  /** The kernel's OOM killer has killed processes of a container. */
  readonly oom: OomEvent;
  /** A container has reached its limit of processes, or is about to reach that of memory. */
  readonly limit: LimitEvent;
  /** Events were left out, because this process read them too slowly. */
  readonly overflow: OverflowEvent;
  /**
   * A listener threw, or the events can't be read. Without a listener for it, the error becomes a
   * warning of the process; it never becomes an exception.
   */
  readonly error: Error;
}

/** A listener; what it returns is ignored, except that a rejected promise is reported as `error`. */
export type Listener<Name extends keyof ConnectionEvents> = (event: ConnectionEvents[Name]) => unknown;

/** Which events an iterator delivers. */
export interface StreamRequest {
  readonly accepts: (event: RecordedEvent) => boolean;
  readonly since?: number | undefined;
  readonly buffer: number;
  readonly signal?: AbortSignal | undefined;
}

/** Those that come from the driver. */
const DRIVER_EVENTS = [
  'lifecycle',
  'oom',
  'limit',
  'overflow',
] as const satisfies readonly DomainEvent['type'][];

type Guards = { readonly [Name in keyof ConnectionEvents]: WeakMap<Listener<Name>, Listener<Name>> };

export class EventHub {
  readonly #driver: Driver;
  readonly #emitter = new EventEmitter();
  readonly #guards: Guards = {
    lifecycle: new WeakMap(),
    oom: new WeakMap(),
    limit: new WeakMap(),
    overflow: new WeakMap(),
    error: new WeakMap(),
  };
  readonly #feeds = new Set<Feed>();
  readonly #streams = new Set<EventStream>();
  #listening: Feed | undefined;
  #closed = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  on<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): void {
    this.#emitter.on(name, this.#guard(name, listener));
    this.#adjust();
  }

  once<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): void {
    this.#emitter.once(name, this.#guard(name, listener));
    this.#adjust();
  }

  off<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): void {
    const guard = this.#guards[name].get(listener);
    if (guard) this.#emitter.off(name, guard);
    this.#adjust();
  }

  stream(request: StreamRequest): EventStream {
    const { signal } = request;
    const abort = (): void => {
      stream.end();
    };
    const stream = new EventStream(request.buffer, () => {
      signal?.removeEventListener('abort', abort);
      this.#streams.delete(stream);
      if (feed) this.#drop(feed);
    });
    const feed = signal?.aborted
      ? undefined
      : this.#subscribe(
          (event) => {
            if (event.type === 'overflow' || request.accepts(event)) stream.push(event);
          },
          (error) => {
            stream.end({ error });
          },
          request.since,
        );
    this.#streams.add(stream);
    if (signal?.aborted) stream.end();
    else signal?.addEventListener('abort', abort, { once: true });
    return stream;
  }

  /** Resolves when every subscription asked for so far has been made (or has failed, which is reported elsewhere). */
  async ready(): Promise<void> {
    await Promise.all([...this.#feeds].map((feed) => feed.ready));
  }

  close(): void {
    this.#closed = true;
    this.#emitter.removeAllListeners();
    this.#adjust();
    for (const stream of this.#streams) stream.end();
  }

  /** Listens to the driver exactly as long as somebody listens here. */
  #adjust(): void {
    const wanted = DRIVER_EVENTS.some((name) => this.#emitter.listenerCount(name) > 0);
    if (wanted && !this.#listening && !this.#closed) {
      this.#listening = this.#subscribe(
        (event) => {
          this.#emitter.emit(event.type, event);
          this.#adjust();
        },
        (error) => {
          this.#listening = undefined;
          this.#report(error);
        },
      );
    } else if (!wanted && this.#listening) {
      this.#drop(this.#listening);
      this.#listening = undefined;
    }
  }

  #subscribe(
    listener: (event: DomainEvent) => void,
    onFailure: (error: Error) => void,
    since?: number,
  ): Feed {
    const feed = new Feed(this.#driver, listener, since);
    this.#feeds.add(feed);
    feed.ready = feed.ready.catch((error: unknown) => {
      this.#feeds.delete(feed);
      onFailure(asError(error));
    });
    return feed;
  }

  #drop(feed: Feed): void {
    feed.close();
    this.#feeds.delete(feed);
  }

  /** One listener's exception must not keep the event from the others: eventemitter3 would stop at it. */
  #guard<Name extends keyof ConnectionEvents>(name: Name, listener: Listener<Name>): Listener<Name> {
    const known = this.#guards[name].get(listener);
    if (known) return known;
    const guard: Listener<Name> = (event) => {
      const report = (error: unknown): void => {
        if (name === 'error') process.emitWarning(asError(error));
        else this.#report(asError(error));
      };
      try {
        const result = listener(event);
        if (types.isPromise(result)) result.catch(report);
      } catch (error) {
        report(error);
      }
    };
    this.#guards[name].set(listener, guard);
    return guard;
  }

  #report(error: Error): void {
    if (!this.#emitter.emit('error', error)) process.emitWarning(error);
  }
}

/** One subscription of the driver; may be closed while it is still being made. */
class Feed {
  ready: Promise<void>;
  #subscription: Subscription | undefined;
  #closed = false;

  constructor(driver: Driver, listener: (event: DomainEvent) => void, since: number | undefined) {
    const deliver = (event: DomainEvent): void => {
      if (!this.#closed) listener(event);
    };
    this.ready = driver.subscribe(deliver, since).then((subscription) => {
      this.#subscription = subscription;
      if (this.#closed) subscription.close();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#subscription?.close();
  }
}

function asError(error: unknown): Error {
  if (types.isNativeError(error)) return error;
  return new VirtError('INTERNAL_ERROR', `an event listener threw ${String(error)}`, { cause: error });
}
