/** Statistics of a connection's domains. See docs/statistics.md. */
import type { DomainStats, StatsGroup } from '../../statistics.js';
import { findActive, notRunning, requireActive } from '../active.js';
import type { Context } from '../context.js';
import { warnOnce } from '../domains.js';
import { DeviceNames } from './device-names.js';
import { descriptorBudget } from './kept-files.js';
import { loopShare } from './loop-share.js';
import { Run, type Reading, type Sources } from './run.js';

/** What nobody has read for so long is closed. */
const IDLE_MS = 30_000;

/** Keeps what it has learnt of a run for the next reading: its records, and open files. */
export class Statistics {
  readonly #context: Context;
  readonly #sources: Sources = {
    budget: descriptorBudget(),
    devices: new DeviceNames(),
  };
  readonly #runs = new Map<string, Run>();
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** @throws VirtError OPERATION_INVALID when the domain is not running; NO_DOMAIN when there is none. */
  async read(uuid: string, groups: readonly StatsGroup[]): Promise<DomainStats> {
    const stats = await this.find(uuid, groups);
    if (stats) return stats;
    await requireActive(this.#context, uuid);
    throw notRunning();
  }

  /** Undefined when the domain is not running. */
  async find(uuid: string, groups: readonly StatsGroup[]): Promise<DomainStats | undefined> {
    const first = await this.#read(uuid, groups);
    if (first?.hasInit) return first.stats;
    // The container may have rebooted since its records were read: they are read again now.
    return (await this.#read(uuid, groups))?.stats;
  }

  /** Of every running domain. */
  async readAll(groups: readonly StatsGroup[]): Promise<DomainStats[]> {
    const uuids = await this.#context.live.list();
    const readings = [];
    for (const uuid of uuids) {
      const turn = loopShare.admit();
      if (turn) await turn;
      try {
        const stats = await this.find(uuid, groups);
        if (stats) readings.push(stats);
      } catch (cause) {
        warnOnce(this.#context, uuid, cause);
      }
    }
    return readings;
  }

  close(): void {
    this.#closed = true;
    for (const uuid of [...this.#runs.keys()]) this.#drop(uuid);
  }

  async #read(uuid: string, groups: readonly StatsGroup[]): Promise<Reading | undefined> {
    const run = await this.#run(uuid);
    const reading = await run?.read(groups);
    if (run && !reading?.hasInit) this.#drop(uuid, run);
    return reading;
  }

  /** The records are read when they have changed; otherwise it is enough to look at the file. */
  async #run(uuid: string): Promise<Run | undefined> {
    const { live } = this.#context;
    const record = live.identity(uuid);
    const known = this.#runs.get(uuid);
    if (known && known.record === record) return known;
    this.#drop(uuid);
    const active = record === undefined ? undefined : await findActive(this.#context, uuid);
    if (record === undefined || !active) return undefined;
    const run = new Run(active, { record, resumedFile: live.resumedFile(uuid) }, this.#sources);
    if (this.#closed) run.close();
    else this.#keep(uuid, run);
    return run;
  }

  #keep(uuid: string, run: Run): void {
    this.#drop(uuid);
    this.#runs.set(uuid, run);
    this.#idle ??= setInterval(() => {
      const longAgo = performance.now() - IDLE_MS;
      for (const [each, { usedAt }] of [...this.#runs]) if (usedAt < longAgo) this.#drop(each);
    }, IDLE_MS).unref();
  }

  #drop(uuid: string, run = this.#runs.get(uuid)): void {
    run?.close();
    if (this.#runs.get(uuid) === run) this.#runs.delete(uuid);
    if (this.#runs.size === 0) {
      clearInterval(this.#idle);
      this.#idle = undefined;
    }
  }
}
