/** The LXC driver: every operation of the driver interface, each in a file of its own. */
import { scopesToChange, type AffectOptions } from '../affected.js';
import type { CompleteDomain, HostFacts } from '../definition/domain/index.js';
import { definedLimits } from '../defined-limits.js';
import type { Capabilities, DomainCapabilities } from '../definition/host/index.js';
import type { SecurityReport } from '../definition/security/index.js';
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
  IdRange,
  Limits,
  LookupKey,
  Scope,
  SecurityLabel,
  StopRequest,
  Subscription,
} from '../driver.js';
import { VirtError } from '../errors.js';
import type { ContainerProcess, DomainStats, StatsGroup } from '../statistics.js';
import { findActive, notRunning, requireActive, whileActive, withDomainLock } from './active.js';
import { freeze, thaw } from './cgroup/freezer.js';
import { openContainerConsole } from './console.js';
import { createContext, record, type Context } from './context.js';
import { createDomain, defineDomain, startDomain, undefineDomain, updateDefinition } from './define.js';
import { listDomains, requireDomain, summarize } from './domains.js';
import { ControllerWatch } from './events/controller-watch.js';
import { JournalTail } from './events/journal.js';
import { execInContainer } from './exec.js';
import { readCapabilities } from './host/capabilities.js';
import { domainCapabilities } from './host/domain-capabilities.js';
import { hostFacts, hostName, kernelVersion } from './host/facts.js';
import { readSecurityModels } from './host/security.js';
import { HostTree } from './host/tree.js';
import { kernelLimits } from './limits.js';
import { SYSTEM_LOCATIONS, embeddedLocations } from './locations.js';
import { isAlive } from './process.js';
import { readDomainLabels } from './security/label/domain-labels.js';
import { reportSecurity } from './security/report.js';
import { sendSignal } from './send-signal.js';
import { listProcesses } from './statistics/processes.js';
import { Statistics } from './statistics/statistics.js';
import { destroyContainer, rebootContainer, shutdownContainer } from './stop.js';

/** What a connection to containers of this host is opened with. */
export interface LxcConnection {
  readonly uri: string;
  readonly embedRoot?: string | undefined;
  readonly idRange?: IdRange | undefined;
}

/**
 * Opens the driver on the system's state folders, or on those below `embedRoot`.
 * @throws VirtError NO_CONNECT unless run by root; SYSTEM_ERROR when the state folders can't be made.
 */
export function openLxc(target: LxcConnection): Driver {
  if (process.getuid?.() !== 0) {
    throw new VirtError('NO_CONNECT', 'lxc state driver is not active: it needs to run as root', {
      hint: 'run as root; test:///default needs no rights',
    });
  }
  const { uri, embedRoot, idRange } = target;
  const where = embedRoot === undefined ? SYSTEM_LOCATIONS : embeddedLocations(embedRoot);
  return new LxcDriver(uri, where, idRange);
}

class LxcDriver implements Driver {
  readonly type = 'LXC';
  readonly uri: string;
  readonly host: HostFacts = hostFacts();
  readonly #context: Context;
  readonly #statistics: Statistics;
  readonly #subscriptions = new Set<Subscription>();

  constructor(uri: string, where: Context['where'], idRange: Context['idRange']) {
    this.uri = uri;
    this.#context = createContext(where, this.host, idRange);
    this.#statistics = new Statistics(this.#context);
  }

  close(): Promise<void> {
    this.#statistics.close();
    for (const subscription of [...this.#subscriptions]) subscription.close();
    return Promise.resolve();
  }

  getCapabilities(): Promise<Capabilities> {
    return readCapabilities(this.host, new HostTree());
  }

  getDomainCapabilities(arch: string): Promise<DomainCapabilities> {
    return Promise.resolve(domainCapabilities(arch, this.#context));
  }

  getVersion(): Promise<number> {
    return Promise.resolve(kernelVersion());
  }

  getHostname(): Promise<string> {
    return Promise.resolve(hostName());
  }

  getSecurityModels(): Promise<readonly ActiveSecurityModel[]> {
    return readSecurityModels(new HostTree());
  }

  listDomains(): Promise<readonly DomainSummary[]> {
    return listDomains(this.#context);
  }

  async lookupDomain(key: LookupKey): Promise<DomainSummary | undefined> {
    if (key.by === 'uuid') return summarize(this.#context, key.value);
    const wanted = (domain: DomainSummary): boolean =>
      key.by === 'name' ? domain.name === key.value : domain.id !== -1 && String(domain.id) === key.value;
    return (await this.listDomains()).find(wanted);
  }

  async defineDomain(definition: CompleteDomain): Promise<DomainSummary> {
    await defineDomain(this.#context, definition);
    return requireDomain(this.#context, definition.uuid);
  }

  async createDomain(definition: CompleteDomain): Promise<DomainSummary> {
    await createDomain(this.#context, definition);
    return this.#summaryOfStarted(definition);
  }

  startDomain(uuid: string): Promise<void> {
    return startDomain(this.#context, uuid);
  }

  async shutdownDomain(uuid: string, request: StopRequest): Promise<void> {
    await requireDomain(this.#context, uuid);
    await shutdownContainer(this.#context, uuid, request);
  }

  async rebootDomain(uuid: string, request: StopRequest): Promise<void> {
    await requireDomain(this.#context, uuid);
    await rebootContainer(this.#context, uuid, request);
  }

  destroyDomain(uuid: string): Promise<void> {
    return this.#locked(uuid, () => destroyContainer(this.#context, uuid));
  }

  suspendDomain(uuid: string): Promise<void> {
    return this.#locked(uuid, (domain) =>
      whileActive(this.#context, uuid, async (active) => {
        if (domain.state === 'paused') return;
        await freeze(active.record.cgroups.groups);
        // A group that has just become empty freezes, too.
        if (!isAlive(active.init)) throw notRunning();
        await record(this.#context, domain, 'suspended', 'paused');
      }),
    );
  }

  resumeDomain(uuid: string): Promise<void> {
    return this.#locked(uuid, (domain) =>
      whileActive(this.#context, uuid, async (active) => {
        if (domain.state !== 'paused') throw new VirtError('OPERATION_INVALID', 'domain is already running');
        await this.#context.live.markResumed(uuid);
        await thaw(active.record.cgroups.groups);
        await record(this.#context, domain, 'resumed', 'unpaused');
      }),
    );
  }

  undefineDomain(uuid: string): Promise<void> {
    return undefineDomain(this.#context, uuid);
  }

  async getInfo(uuid: string): Promise<DomainInfo> {
    const stats = await this.#statistics.find(uuid, ['cpu', 'memory']);
    const { memoryKiB: maxMemoryKiB, currentMemoryKiB, vcpus } = await this.getDefinition(uuid);
    if (!stats) return { state: 'shutoff', maxMemoryKiB, memoryKiB: currentMemoryKiB, vcpus, cpuTimeNs: 0n };
    const { state, cpu, memory } = stats;
    if (!cpu) throw new VirtError('OPERATION_FAILED', 'Cannot read cputime for domain');
    return { state, maxMemoryKiB, memoryKiB: memory?.usageKiB ?? 0, vcpus, cpuTimeNs: cpu.cpuTimeNs };
  }

  getStats(uuid: string, groups: readonly StatsGroup[]): Promise<DomainStats> {
    return this.#statistics.read(uuid, groups);
  }

  getAllStats(groups: readonly StatsGroup[]): Promise<readonly DomainStats[]> {
    return this.#statistics.readAll(groups);
  }

  listProcesses(uuid: string): Promise<readonly ContainerProcess[]> {
    return listProcesses(this.#context, uuid);
  }

  async getSecurityLabels(uuid: string): Promise<readonly SecurityLabel[]> {
    await requireDomain(this.#context, uuid);
    return readDomainLabels(this.#context, new HostTree(), uuid);
  }

  async getDefinition(uuid: string, scope?: Scope): Promise<CompleteDomain> {
    const active = scope === 'config' ? undefined : await findActive(this.#context, uuid);
    if (active) return active.record.definition;
    if (scope === 'live') await requireActive(this.#context, uuid);
    const definition = await this.#context.definitions.load(uuid);
    if (definition) return definition;
    await requireDomain(this.#context, uuid);
    throw new VirtError('OPERATION_INVALID', 'transient domains do not have any persistent config');
  }

  async getLimits(uuid: string, scope: Scope): Promise<Limits> {
    if (scope === 'config') return definedLimits(await this.getDefinition(uuid, scope));
    return whileActive(this.#context, uuid, ({ record: live }) => kernelLimits(live));
  }

  async getSecurityReport(uuid: string): Promise<SecurityReport> {
    const active = await findActive(this.#context, uuid);
    return reportSecurity(await this.getDefinition(uuid), active);
  }

  updateDefinition(uuid: string, affected: AffectOptions, change: DefinitionChange): Promise<void> {
    return this.#locked(uuid, (domain) =>
      updateDefinition(this.#context, uuid, scopesToChange(domain, affected), change),
    );
  }

  setAutostart(uuid: string, autostart: boolean): Promise<void> {
    return this.#locked(uuid, async ({ persistent }) => {
      if (!persistent) throw new VirtError('OPERATION_INVALID', 'Cannot set autostart for transient domain');
      await this.#context.definitions.setAutostart(uuid, autostart);
    });
  }

  async sendProcessSignal(uuid: string, pid: number, signal: number): Promise<void> {
    await requireDomain(this.#context, uuid);
    await sendSignal(this.#context, uuid, pid, signal);
  }

  exec(uuid: string, request: ExecRequest): Promise<ExecHandle> {
    return execInContainer(this.#context, uuid, request);
  }

  openConsole(uuid: string, index: number): Promise<ConsoleHandle> {
    return openContainerConsole(this.#context, uuid, index);
  }

  async subscribe(listener: (event: DomainEvent) => void, since?: number): Promise<Subscription> {
    const watch = new ControllerWatch(this.#context);
    const tail = await JournalTail.open(this.#context.where.journal, since, (event) => {
      if (event.type === 'lifecycle' && event.event === 'started') watch.watch(event.uuid);
      listener(event);
    });
    // Not waited for: the journal alone makes sure that nothing is missed, and one controller may be stuck.
    watch.watchAll();
    const subscription: Subscription = {
      close: () => {
        this.#subscriptions.delete(subscription);
        tail.close();
        watch.close();
      },
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  #locked(uuid: string, use: (domain: DomainSummary) => Promise<void>): Promise<void> {
    return withDomainLock(this.#context, uuid, async () => use(await requireDomain(this.#context, uuid)));
  }

  /** A domain that has just been started may be gone again already. */
  async #summaryOfStarted(definition: CompleteDomain): Promise<DomainSummary> {
    const summary = await summarize(this.#context, definition.uuid);
    if (summary) return summary;
    const { uuid, name } = definition;
    return { uuid, name, id: -1, state: 'shutoff', reason: 'shutdown', persistent: false, autostart: false };
  }
}
