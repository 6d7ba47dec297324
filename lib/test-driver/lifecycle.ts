/** The state machine of a test domain: every change of state, with its event. */
import type { CompleteDomain } from '../definition/domain/index.js';
import type { ExitStatus } from '../driver.js';
import { TestConsole } from './console.js';
import type { Journal } from './journal.js';
import { RunClock } from './run-clock.js';
import { requireConfig, requireLive, testError, type TestDomain, type World } from './world.js';

export class Lifecycle {
  readonly #world: World;
  readonly #journal: Journal;
  #lastId = 0;

  constructor(world: World, journal: Journal) {
    this.#world = world;
    this.#journal = journal;
  }

  define(definition: CompleteDomain): TestDomain {
    const domain = this.#world.admit(definition);
    const detail = domain.config ? 'updated' : 'added';
    domain.config = definition;
    this.#journal.append(domain, 'defined', detail);
    return domain;
  }

  undefine(domain: TestDomain): void {
    requireConfig(domain, 'Cannot undefine transient domain');
    domain.config = undefined;
    domain.autostart = false;
    this.#journal.append(domain, 'undefined', 'removed');
    this.#world.dropIfGone(domain);
  }

  /** Starts a definition that need not be stored. */
  create(definition: CompleteDomain): TestDomain {
    const domain = this.#world.admit(definition);
    if (domain.live) throw testError('OPERATION_INVALID', `domain '${domain.name}' is already active`);
    this.#boot(domain, definition);
    return domain;
  }

  start(domain: TestDomain): void {
    if (domain.live) throw testError('OPERATION_INVALID', 'domain is already running');
    this.#boot(domain, requireConfig(domain));
  }

  /** Ends the run. `detail` is libvirt's, of the event as of the state. */
  stop(domain: TestDomain, detail: 'shutdown' | 'destroyed', exit: ExitStatus): void {
    requireLive(domain);
    this.#endRun(domain);
    Object.assign(domain, { live: undefined, id: -1, state: 'shutoff', reason: detail, lastExit: exit });
    this.#journal.append(domain, 'stopped', detail, exit);
    this.#world.dropIfGone(domain);
  }

  /** A new run of the same definition, under a new id. As in libvirt, that is no lifecycle event. */
  reboot(domain: TestDomain): void {
    const definition = requireLive(domain);
    this.#endRun(domain);
    this.#run(domain, definition);
  }

  suspend(domain: TestDomain): void {
    requireLive(domain);
    if (domain.state === 'paused') return;
    domain.clock.pause();
    Object.assign(domain, { state: 'paused', reason: 'user' });
    this.#journal.append(domain, 'suspended', 'paused');
  }

  resume(domain: TestDomain): void {
    requireLive(domain);
    if (domain.state !== 'paused') throw testError('OPERATION_INVALID', 'domain is already running');
    domain.clock.resume();
    Object.assign(domain, { state: 'running', reason: 'unpaused' });
    this.#journal.append(domain, 'resumed', 'unpaused');
  }

  #boot(domain: TestDomain, definition: CompleteDomain): void {
    this.#run(domain, definition);
    this.#journal.append(domain, 'started', 'booted');
  }

  #run(domain: TestDomain, definition: CompleteDomain): void {
    this.#lastId += 1;
    domain.consoles = definition.devices.consoles.map(
      (_console, index) => new TestConsole(`Connected to console${index} of domain '${domain.name}'\r\n`),
    );
    Object.assign(domain, {
      live: definition,
      id: this.#lastId,
      state: 'running',
      reason: 'booted',
      clock: new RunClock(),
      hostPid: this.#world.nextHostPid(),
      lastPid: 1,
      peakRuns: 0,
      lastExit: undefined,
    });
  }

  #endRun(domain: TestDomain): void {
    for (const run of domain.runs) run.kill('SIGKILL');
    for (const console of domain.consoles) console.end();
    domain.consoles = [];
  }
}
