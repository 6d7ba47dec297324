/** A domain as its handle saw it last. */
import type { DomainState, DomainSummary, Driver, ExitStatus, StateReason } from './driver.js';
import { VirtError } from './errors.js';
import type { Session } from './session.js';

/** State of a domain and why it is in it. */
export interface StateAndReason {
  readonly state: DomainState;
  readonly reason: StateReason;
  /** How the init of the last run ended, when the domain is off and that is known. */
  readonly lastExit?: ExitStatus;
}

export function stateOf({ state, reason, lastExit }: DomainSummary): StateAndReason {
  return { state, reason, ...(lastExit ? { lastExit } : {}) };
}

/** Name and uuid never change; the number is that of the last look. */
export class DomainView {
  readonly session: Session;
  readonly name: string;
  readonly uuid: string;
  #id: number;

  constructor(session: Session, { name, uuid, id }: DomainSummary) {
    this.session = session;
    this.name = name;
    this.uuid = uuid;
    this.#id = id;
  }

  /** Null when it was inactive. */
  get id(): number | null {
    return this.#id === -1 ? null : this.#id;
  }

  /** It is known to be off, without asking. */
  sawItStop(): void {
    this.#id = -1;
  }

  /** Looks on behalf of the function of this name. @throws VirtError NO_DOMAIN, INVALID_CONN. */
  look(name: string): Promise<DomainSummary> {
    return this.lookWith(this.session.reading(name));
  }

  /** @throws VirtError NO_DOMAIN */
  async lookWith(driver: Driver): Promise<DomainSummary> {
    const summary = await driver.lookupDomain({ by: 'uuid', value: this.uuid });
    if (!summary) {
      throw new VirtError('NO_DOMAIN', `no domain with matching uuid '${this.uuid}' (${this.name})`);
    }
    this.#id = summary.id;
    return summary;
  }
}
