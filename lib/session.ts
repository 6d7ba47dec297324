/** What a connection and its domains share: the open driver, the rights, the events, the open children. */
import type { Driver } from './driver.js';
import { VirtError } from './errors.js';
import { EventHub } from './events.js';

/** Something that lives on a connection and ends with it. */
export interface Child {
  /** Ends it; never rejects. */
  endWithConnection(): Promise<void>;
}

export class Session {
  readonly events: EventHub;
  readonly readOnly: boolean;
  readonly uri: string;
  readonly #driver: Driver;
  readonly #children = new Set<Child>();
  #closing: Promise<void> | undefined;

  constructor(driver: Driver, options: { readonly readOnly: boolean }) {
    this.#driver = driver;
    this.readOnly = options.readOnly;
    this.uri = driver.uri;
    this.events = new EventHub(driver);
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** The driver, for something that changes nothing. `name` is libvirt's name of the function. */
  reading(name: string): Driver {
    if (!this.closed) return this.#driver;
    throw new VirtError('INVALID_CONN', `invalid connection in ${name}: ${this.uri} is closed`, {
      domain: 'NONE',
    });
  }

  /**
   * The driver, for something that changes a domain. Waits for subscriptions that are still being
   * made, so that who listens first and acts then gets the events of the act.
   */
  async changing(name: string): Promise<Driver> {
    this.reading(name);
    if (this.readOnly) {
      throw new VirtError('OPERATION_DENIED', `read only access prevents ${name}`, {
        domain: 'NONE',
        hint: 'open the connection without readOnly',
      });
    }
    await this.events.ready();
    return this.reading(name);
  }

  adopt(child: Child): void {
    this.#children.add(child);
  }

  release(child: Child): void {
    this.#children.delete(child);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.events.close();
    await Promise.all([...this.#children].map((child) => child.endWithConnection()));
    await this.#driver.close();
  }
}
