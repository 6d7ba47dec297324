/** Readings of one run of a domain. */
import { existsSync } from 'node:fs';
import { compact } from '../../definition/plain/compact.js';
import { systemError } from '../../errors.js';
import type { DomainStats, NamedInterfaceStats, StatsGroup } from '../../statistics.js';
import type { ActiveDomain } from '../active.js';
import { freezerFile } from '../cgroup/freezer.js';
import { isGoneError } from '../errno.js';
import { isAlive } from '../process.js';
import { hasEnded, parseStat } from '../process-text.js';
import { readBlock } from './block.js';
import { readCpu } from './cpu.js';
import type { DeviceNames } from './device-names.js';
import { readInterfaces } from './interface.js';
import { KeptFiles, type DescriptorBudget } from './kept-files.js';
import { loopShare } from './loop-share.js';
import { readMemory } from './memory.js';
import { readPids } from './pids.js';
import { readPressure } from './pressure.js';

/** What the runs of a connection share. */
export interface Sources {
  readonly budget: DescriptorBudget;
  readonly devices: DeviceNames;
}

/** Which controllers, of either version, count a part of the statistics. */
const CONTROLLERS: Readonly<Record<StatsGroup, readonly string[]>> = {
  cpu: ['cpuacct', 'cpu'],
  memory: ['memory'],
  block: ['blkio', 'io'],
  pids: ['pids'],
  interface: [],
  pressure: [],
};

/** What was read, and whether a later reading may find more. */
export interface Reading {
  readonly stats: DomainStats;
  /** False between two inits of a container that reboots: its network interfaces are not there then. */
  readonly hasInit: boolean;
}

/** From a start, or a reboot, of a domain until its init ends. */
export class Run {
  /** Which version of the live record this is made from. */
  readonly record: string;
  /** When it was read last, by the clock of `performance.now()`. */
  usedAt = performance.now();
  readonly #active: ActiveDomain;
  readonly #resumedFile: string;
  readonly #sources: Sources;
  readonly #files: KeptFiles;

  constructor(
    active: ActiveDomain,
    made: { readonly record: string; readonly resumedFile: string },
    sources: Sources,
  ) {
    this.record = made.record;
    this.#active = active;
    this.#resumedFile = made.resumedFile;
    this.#sources = sources;
    this.#files = new KeptFiles(sources.budget);
  }

  /** Undefined when the run is over. */
  async read(groups: readonly StatsGroup[]): Promise<Reading | undefined> {
    const turn = loopShare.admit();
    if (turn) await turn;
    this.usedAt = performance.now();
    try {
      const stats = await this.#readNow(groups);
      // Nobody can remove a group that init is in: what was absent was not counted, rather than gone.
      const hasInit = this.#initLives() && !(stats.interface === undefined && groups.includes('interface'));
      return hasInit || this.#reboots(stats, groups) ? { stats, hasInit } : undefined;
    } catch (cause) {
      if (!this.#initLives()) return undefined;
      const { name } = this.#active.record.definition;
      throw systemError(`cannot read the statistics of domain '${name}'`, cause, { domain: 'CGROUP' });
    }
  }

  close(): void {
    this.#files.close();
  }

  async #readNow(wanted: readonly StatsGroup[]): Promise<DomainStats> {
    const { controller, record } = this.#active;
    const { groups } = record.cgroups;
    const { uuid, name, vcpus, currentMemoryKiB } = record.definition;
    const { devices } = this.#sources;
    const { read } = this.#files;
    const want = new Set(wanted);
    return compact({
      uuid,
      name,
      id: controller.pid,
      ...this.#state(),
      at: new Date(),
      monotonicNs: process.hrtime.bigint(),
      vcpus,
      cpu: want.has('cpu') ? readCpu(groups, read) : undefined,
      memory: want.has('memory') ? readMemory(groups, currentMemoryKiB, read) : undefined,
      block: want.has('block') ? readBlock(groups, devices.nameOf, read) : undefined,
      pids: want.has('pids') ? readPids(groups, read) : undefined,
      pressure: want.has('pressure') ? readPressure(groups, read) : undefined,
      interface: want.has('interface') ? await this.#interfaces() : undefined,
    });
  }

  #state(): Pick<DomainStats, 'state' | 'reason'> {
    const freezer = freezerFile(this.#active.record.cgroups.groups);
    const text = freezer && this.#files.read(freezer.directory, freezer.name);
    if (text !== undefined && freezer?.saysFrozen(text)) return { state: 'paused', reason: 'user' };
    return { state: 'running', reason: existsSync(this.#resumedFile) ? 'unpaused' : 'booted' };
  }

  async #interfaces(): Promise<readonly NamedInterfaceStats[] | undefined> {
    try {
      const interfaces = await readInterfaces(this.#active.init.pid);
      return this.#initLives() ? interfaces : undefined;
    } catch (cause) {
      // A process that is ending has left its network already.
      if (isGoneError(cause) || !this.#initLives()) return undefined;
      throw cause;
    }
  }

  /** It is still a child of the controller: so that lives, too. */
  #initLives(): boolean {
    const { controller, init } = this.#active;
    try {
      const stat = parseStat(this.#files.read(`/proc/${init.pid}`, 'stat') ?? '');
      const isInit = stat?.startTime === init.startTime && stat.parent === controller.pid;
      return isInit && !hasEnded(stat);
    } catch {
      return false;
    }
  }

  /** Its init has ended, and the controller keeps the groups for another one: what should be there was not absent. */
  #reboots(stats: DomainStats, wanted: readonly StatsGroup[]): boolean {
    const { controller, record } = this.#active;
    const there = new Set(record.cgroups.groups.flatMap(({ controllers }) => controllers));
    const isGone = (group: StatsGroup): boolean =>
      stats[group] === undefined && CONTROLLERS[group].some((name) => there.has(name));
    return isAlive(controller) && !wanted.some(isGone);
  }
}
