/**
 * `test:///default`: domains in memory with libvirt's semantics, for tests of programs that use this
 * package. Needs no rights and touches nothing. Each connection is a world of its own that begins with
 * one running domain, `test`.
 */
import { scopesToChange, type AffectOptions } from '../affected.js';
import { hostname } from 'node:os';
import { definedLimits } from '../defined-limits.js';
import { completeDomain, type CompleteDomain } from '../definition/domain/index.js';
import type { Capabilities, DomainCapabilities } from '../definition/host/index.js';
import { securityReport, type SecurityReport } from '../definition/security/index.js';
import type {
  ActiveSecurityModel,
  ConsoleHandle,
  DefinitionChange,
  DomainEvent,
  DomainInfo,
  DomainSummary,
  Driver,
  ExecHandle,
  ExecRequest,
  Limits,
  LookupKey,
  Scope,
  SecurityLabel,
  Subscription,
} from '../driver.js';
import type { ContainerProcess, DomainStats, StatsGroup } from '../statistics.js';
import { execInTest, signalName } from './exec.js';
import { TEST_CAPABILITIES, TEST_DOMAIN, TEST_DOMAIN_CAPABILITIES, TEST_HOST } from './host.js';
import { Journal } from './journal.js';
import { Lifecycle } from './lifecycle.js';
import { limitsInForce, refuseToReduce } from './limits.js';
import { cpuTimeNs, listProcesses, readStats, usedMemoryKiB } from './statistics.js';
import { requireConfig, requireLive, summarize, testError, World } from './world.js';

/** libvirt's test driver says the same. */
const HYPERVISOR_VERSION = 2;

/**
 * Opens a new world.
 * @throws VirtError INVALID_ARG for a path other than `/default`.
 */
export function openTest(path: string): Driver {
  if (path === '/default') return new TestDriver();
  throw testError('INVALID_ARG', `testOpen: unexpected path '${path}', use test:///default`);
}

/** The methods are async so that what a rule throws becomes a rejection. */
/* eslint-disable @typescript-eslint/require-await */
class TestDriver implements Driver {
  readonly type = 'TEST';
  readonly uri = 'test:///default';
  readonly host = TEST_HOST;
  readonly #world = new World();
  readonly #journal = new Journal();
  readonly #lifecycle = new Lifecycle(this.#world, this.#journal);

  constructor() {
    const { uuid } = this.#lifecycle.define(completeDomain(TEST_DOMAIN, TEST_HOST));
    this.#lifecycle.start(this.#world.require(uuid));
  }

  async close(): Promise<void> {
    this.#journal.close();
  }

  async getCapabilities(): Promise<Capabilities> {
    return TEST_CAPABILITIES;
  }

  async getDomainCapabilities(arch: string): Promise<DomainCapabilities> {
    return { ...TEST_DOMAIN_CAPABILITIES, arch };
  }

  async getVersion(): Promise<number> {
    return HYPERVISOR_VERSION;
  }

  async getHostname(): Promise<string> {
    return hostname();
  }

  async getSecurityModels(): Promise<readonly ActiveSecurityModel[]> {
    return TEST_CAPABILITIES.host.securityModels;
  }

  async listDomains(): Promise<readonly DomainSummary[]> {
    return this.#world.list().map(summarize);
  }

  async lookupDomain(key: LookupKey): Promise<DomainSummary | undefined> {
    const domain = this.#world.find(key);
    return domain && summarize(domain);
  }

  async defineDomain(definition: CompleteDomain): Promise<DomainSummary> {
    return summarize(this.#lifecycle.define(definition));
  }

  async createDomain(definition: CompleteDomain): Promise<DomainSummary> {
    return summarize(this.#lifecycle.create(definition));
  }

  async startDomain(uuid: string): Promise<void> {
    this.#lifecycle.start(this.#world.require(uuid));
  }

  /** The init of a test domain always obeys, at once. */
  async shutdownDomain(uuid: string): Promise<void> {
    this.#lifecycle.stop(this.#world.require(uuid), 'shutdown', { exitCode: 0, signal: null });
  }

  async rebootDomain(uuid: string): Promise<void> {
    this.#lifecycle.reboot(this.#world.require(uuid));
  }

  async destroyDomain(uuid: string): Promise<void> {
    this.#lifecycle.stop(this.#world.require(uuid), 'destroyed', { exitCode: null, signal: 'SIGKILL' });
  }

  async suspendDomain(uuid: string): Promise<void> {
    this.#lifecycle.suspend(this.#world.require(uuid));
  }

  async resumeDomain(uuid: string): Promise<void> {
    this.#lifecycle.resume(this.#world.require(uuid));
  }

  async undefineDomain(uuid: string): Promise<void> {
    this.#lifecycle.undefine(this.#world.require(uuid));
  }

  async getInfo(uuid: string): Promise<DomainInfo> {
    const domain = this.#world.require(uuid);
    const { memoryKiB, currentMemoryKiB, vcpus } = domain.live ?? requireConfig(domain);
    return {
      state: domain.state,
      maxMemoryKiB: memoryKiB,
      memoryKiB: domain.live ? usedMemoryKiB(domain) : currentMemoryKiB,
      vcpus,
      cpuTimeNs: cpuTimeNs(domain),
    };
  }

  /** The host of test domains labels nothing. */
  async getSecurityLabels(uuid: string): Promise<readonly SecurityLabel[]> {
    this.#world.require(uuid);
    return [];
  }

  async getDefinition(uuid: string, scope?: Scope): Promise<CompleteDomain> {
    const domain = this.#world.require(uuid);
    if (scope === 'config') return requireConfig(domain);
    return scope === 'live' ? requireLive(domain) : (domain.live ?? requireConfig(domain));
  }

  async getSecurityReport(uuid: string): Promise<SecurityReport> {
    const report = securityReport(await this.getDefinition(uuid));
    return { ...report, active: this.#world.require(uuid).live !== undefined };
  }

  async updateDefinition(uuid: string, affected: AffectOptions, change: DefinitionChange): Promise<void> {
    const domain = this.#world.require(uuid);
    const { live, config, id } = domain;
    const scopes = scopesToChange({ id, persistent: config !== undefined }, affected);
    const changed = {
      ...(scopes.includes('live') && live ? { live: change(live, 'live') } : {}),
      ...(scopes.includes('config') && config ? { config: change(config, 'config') } : {}),
    };
    if (changed.live) refuseToReduce(changed.live, usedMemoryKiB(domain));
    Object.assign(domain, changed);
  }

  async getLimits(uuid: string, scope: Scope): Promise<Limits> {
    const domain = this.#world.require(uuid);
    return scope === 'config' ? definedLimits(requireConfig(domain)) : limitsInForce(requireLive(domain));
  }

  async getStats(uuid: string, groups: readonly StatsGroup[]): Promise<DomainStats> {
    return readStats(this.#world.require(uuid), groups);
  }

  async getAllStats(groups: readonly StatsGroup[]): Promise<readonly DomainStats[]> {
    const running = this.#world.list().filter(({ live }) => live !== undefined);
    return running.map((domain) => readStats(domain, groups));
  }

  async listProcesses(uuid: string): Promise<readonly ContainerProcess[]> {
    return listProcesses(this.#world.require(uuid));
  }

  async setAutostart(uuid: string, autostart: boolean): Promise<void> {
    const domain = this.#world.require(uuid);
    requireConfig(domain, 'Cannot set autostart for transient domain');
    domain.autostart = autostart;
  }

  /** Only SIGKILL ends init, as the kernel has it for a first process. */
  async sendProcessSignal(uuid: string, pid: number, signal: number): Promise<void> {
    const domain = this.#world.require(uuid);
    requireLive(domain);
    if (pid !== 1) {
      const run = [...domain.runs].find((candidate) => candidate.pid === pid);
      if (!run) throw testError('INVALID_ARG', `domain '${domain.name}' has no process ${pid}`);
      run.kill(signal);
      return;
    }
    if (signalName(signal) === 'SIGKILL') {
      this.#lifecycle.stop(domain, 'shutdown', { exitCode: null, signal: 'SIGKILL' });
    }
  }

  async exec(uuid: string, request: ExecRequest): Promise<ExecHandle> {
    return execInTest(this.#world.require(uuid), request, this.#world.nextHostPid());
  }

  async openConsole(uuid: string, index: number): Promise<ConsoleHandle> {
    const domain = this.#world.require(uuid);
    requireLive(domain);
    const console = domain.consoles[index];
    if (!console) throw testError('INTERNAL_ERROR', `cannot find console device 'console${index}'`);
    return console.attach();
  }

  async subscribe(listener: (event: DomainEvent) => void, since?: number): Promise<Subscription> {
    return this.#journal.subscribe(listener, since);
  }
}
