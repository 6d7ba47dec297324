/** The events of one connection, numbered, and who wants to hear of them. */
import type { DomainEvent, ExitStatus, LifecycleEvent, LifecycleEventName, Subscription } from '../driver.js';

interface Reader {
  readonly listener: (event: DomainEvent) => void;
  next: number;
  open: boolean;
}

export class Journal {
  readonly #events: LifecycleEvent[] = [];
  readonly #readers = new Set<Reader>();

  append(
    domain: { readonly name: string; readonly uuid: string },
    event: LifecycleEventName,
    detail: string,
    exit?: ExitStatus,
  ): void {
    this.#events.push({
      type: 'lifecycle',
      domain: domain.name,
      uuid: domain.uuid,
      event,
      detail,
      sequence: this.#events.length + 1,
      at: new Date(),
      ...(exit ? { exit } : {}),
    });
    for (const reader of this.#readers) this.#schedule(reader);
  }

  subscribe(listener: (event: DomainEvent) => void, since = this.#events.length): Subscription {
    const reader = { listener, next: Math.min(since, this.#events.length), open: true };
    this.#readers.add(reader);
    this.#schedule(reader);
    return {
      close: () => {
        reader.open = false;
        this.#readers.delete(reader);
      },
    };
  }

  close(): void {
    for (const reader of this.#readers) reader.open = false;
    this.#readers.clear();
  }

  /** Never from inside the call that caused the event: a listener may call the driver again. */
  #schedule(reader: Reader): void {
    queueMicrotask(() => {
      while (reader.open) {
        const event = this.#events[reader.next];
        if (!event) return;
        reader.next += 1;
        reader.listener(event);
      }
    });
  }
}
