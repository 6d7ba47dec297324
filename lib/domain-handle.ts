/** What a handle of a domain knows without asking. */
import { DomainView } from './domain-view.js';
import type { DomainSummary } from './driver.js';
import type { Session } from './session.js';

/** Identity of a domain, and the connection it was got from. */
export abstract class DomainHandle implements AsyncDisposable {
  /** @internal */
  protected readonly view: DomainView;

  /** @internal */
  constructor(session: Session, summary: DomainSummary) {
    this.view = new DomainView(session, summary);
  }

  /** Mirrors `virDomainGetName`. */
  get name(): string {
    return this.view.name;
  }

  /** Lower case, with dashes. Mirrors `virDomainGetUUIDString`. */
  get uuid(): string {
    return this.view.uuid;
  }

  /** Number of the active domain, null when inactive, as of the last call on this handle; `getID()` asks. */
  get id(): number | null {
    return this.view.id;
  }

  /** Releases the handle; the domain is not touched. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Number of the active domain, null when inactive. Mirrors `virDomainGetID`. */
  async getID(): Promise<number | null> {
    await this.view.look('virDomainGetID');
    return this.id;
  }
}
