/** The domains of one connection, in memory, and the rules of who may have which name and uuid. */
import type { CompleteDomain } from '../definition/domain/index.js';
import type { DomainState, DomainSummary, ExitStatus, LookupKey, StateReason } from '../driver.js';
import { VirtError } from '../errors.js';
import type { TestConsole } from './console.js';
import { RunClock } from './run-clock.js';

/** Something that ends with a run of a domain: a command. */
export interface Run {
  /** Its number inside. */
  readonly pid: number;
  readonly hostPid: number;
  readonly uid: number;
  readonly argv: readonly string[];
  readonly startedAt: Date;
  /** What a signal does to a program that has not asked for it. */
  kill(signal: NodeJS.Signals | number): void;
}

/** A domain and everything known of it. */
export interface TestDomain {
  readonly uuid: string;
  readonly name: string;
  /** The stored definition; none for a transient domain. */
  config: CompleteDomain | undefined;
  /** The definition of this run; none when inactive. */
  live: CompleteDomain | undefined;
  id: number;
  state: DomainState;
  reason: StateReason;
  autostart: boolean;
  /** Of this run, or of the last one. */
  clock: RunClock;
  /** Number of init on the host. */
  hostPid: number;
  /** The number inside that was given last. */
  lastPid: number;
  lastExit: ExitStatus | undefined;
  readonly runs: Set<Run>;
  /** The most commands at a time, in this run. */
  peakRuns: number;
  consoles: readonly TestConsole[];
}

export class World {
  readonly #domains = new Map<string, TestDomain>();
  #lastHostPid = 1000;

  /** A number of the host that no process has had. */
  nextHostPid(): number {
    this.#lastHostPid += 1;
    return this.#lastHostPid;
  }

  list(): readonly TestDomain[] {
    return [...this.#domains.values()];
  }

  find({ by, value }: LookupKey): TestDomain | undefined {
    if (by === 'uuid') return this.#domains.get(value);
    return this.list().find((domain) =>
      by === 'name' ? domain.name === value : domain.id !== -1 && String(domain.id) === value,
    );
  }

  /** @throws VirtError NO_DOMAIN */
  require(uuid: string): TestDomain {
    const domain = this.#domains.get(uuid);
    if (domain) return domain;
    throw testError('NO_DOMAIN', `no domain with matching uuid '${uuid}'`);
  }

  /**
   * The domain with this definition's name and uuid, made when there is none.
   * @throws VirtError OPERATION_FAILED when another one has the name or the uuid.
   */
  admit({ uuid, name }: CompleteDomain): TestDomain {
    const same = this.#domains.get(uuid);
    if (same && same.name !== name) {
      throw testError('OPERATION_FAILED', `domain '${same.name}' already exists with uuid ${uuid}`);
    }
    const namesake = this.find({ by: 'name', value: name });
    if (namesake && namesake.uuid !== uuid) {
      throw testError('OPERATION_FAILED', `domain '${name}' is already defined with uuid ${namesake.uuid}`);
    }
    const domain = same ?? newDomain(uuid, name);
    this.#domains.set(uuid, domain);
    return domain;
  }

  /** Forgets the domain when it is neither stored nor running. */
  dropIfGone(domain: TestDomain): void {
    if (!domain.config && !domain.live) this.#domains.delete(domain.uuid);
  }
}

/** @throws VirtError OPERATION_INVALID when it is not active. */
export function requireLive(domain: TestDomain): CompleteDomain {
  if (domain.live) return domain.live;
  throw testError('OPERATION_INVALID', 'domain is not running');
}

/** @throws VirtError OPERATION_INVALID when it is transient. */
export function requireConfig(
  domain: TestDomain,
  complaint = 'transient domains do not have any persistent config',
): CompleteDomain {
  if (domain.config) return domain.config;
  throw testError('OPERATION_INVALID', complaint);
}

export function summarize(domain: TestDomain): DomainSummary {
  const { uuid, name, id, state, reason, autostart, config, lastExit } = domain;
  const summary = { uuid, name, id, state, reason, autostart, persistent: config !== undefined };
  return lastExit ? { ...summary, lastExit } : summary;
}

export function testError(
  code: 'NO_DOMAIN' | 'OPERATION_FAILED' | 'OPERATION_INVALID' | 'INTERNAL_ERROR' | 'INVALID_ARG',
  message: string,
): VirtError {
  return new VirtError(code, message, { domain: 'TEST' });
}

function newDomain(uuid: string, name: string): TestDomain {
  return {
    uuid,
    name,
    config: undefined,
    live: undefined,
    id: -1,
    state: 'shutoff',
    reason: 'unknown',
    autostart: false,
    clock: new RunClock(),
    hostPid: -1,
    lastPid: 1,
    lastExit: undefined,
    runs: new Set(),
    peakRuns: 0,
    consoles: [],
  };
}
