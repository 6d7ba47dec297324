/** Events as an async iterator with a bounded queue. */
import type { DomainEvent } from './driver.js';

interface Waiter {
  readonly resolve: (result: IteratorResult<DomainEvent, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An endless series of events. A reader that falls behind by more than the buffer gets an `overflow`
 * event in place of the ones left out. Ends when its connection closes, its signal aborts, or the
 * loop over it is left.
 */
export class EventStream implements AsyncIterableIterator<DomainEvent, undefined>, AsyncDisposable {
  readonly #limit: number;
  readonly #onEnd: (stream: EventStream) => void;
  readonly #queue: DomainEvent[] = [];
  readonly #waiters: Waiter[] = [];
  #dropped = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /** @internal */
  constructor(limit: number, onEnd: (stream: EventStream) => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  /** @internal */
  push(event: DomainEvent): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve({ done: false, value: event });
      return;
    }
    if (this.#queue.length >= this.#limit) {
      this.#dropped += event.type === 'overflow' ? event.dropped : 1;
      return;
    }
    this.#flushDropped();
    this.#queue.push(event);
  }

  /** Ends the iteration: events still queued are delivered, then an error when one is given. @internal */
  end(failure?: { readonly error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    for (const waiter of this.#waiters.splice(0)) this.#finish(waiter);
    this.#onEnd(this);
  }

  next(): Promise<IteratorResult<DomainEvent, undefined>> {
    if (this.#queue.length === 0) this.#flushDropped();
    const value = this.#queue.shift();
    if (value) return Promise.resolve({ done: false, value });
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#ended) this.#finish(waiter);
      else this.#waiters.push(waiter);
    });
  }

  return(): Promise<IteratorResult<DomainEvent, undefined>> {
    this.#queue.length = 0;
    this.#dropped = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #flushDropped(): void {
    if (this.#dropped === 0) return;
    this.#queue.push({ type: 'overflow', dropped: this.#dropped });
    this.#dropped = 0;
  }

  #finish({ resolve, reject }: Waiter): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) reject(failure.error);
    else resolve({ done: true, value: undefined });
  }
}
