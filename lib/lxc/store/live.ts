/** Live state of active domains: one folder each below the live-state folder. See docs/state.md. */
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { ExitStatus, StateReason } from '../../driver.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import type { Locations } from '../locations.js';
import { bootId, type ProcessIdentity } from '../process.js';
import { signalName } from '../signals.js';
import { removeFile, replaceFile } from './files.js';

export const LIVE_FORMAT = 1;

/** What Node writes before the controller starts: `live.json`. */
export interface LiveRecord {
  readonly format: typeof LIVE_FORMAT;
  readonly bootId: string;
  readonly definition: CompleteDomain;
  readonly cgroups: Pick<CgroupLayout, 'groups' | 'partitions'>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What the controller writes before it reports `running`: `controller`. */
export interface ControllerRecord {
  readonly controller: ProcessIdentity;
  readonly init: ProcessIdentity;
  readonly bootId: string;
}

/** How the last run ended: `exit`. */
export interface ExitRecord extends ExitStatus {
  readonly reason: StateReason;
  readonly endedAt: Date;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every file that may be in a domain's folder, but for the lock. */
export const LIVE_FILES = ['live.json', 'controller', 'control', 'resumed'] as const;

export class LiveStates {
  readonly #where: Locations;

  constructor(where: Locations) {
    this.#where = where;
  }

  folder(uuid: string): string {
    return join(this.#where.live, uuid);
  }

  async list(): Promise<string[]> {
    return (await readdir(this.#where.live)).filter((entry) => UUID.test(entry));
  }

  async begin(uuid: string, definition: CompleteDomain, cgroups: CgroupLayout): Promise<void> {
    await mkdir(this.folder(uuid), { recursive: true, mode: 0o700 });
    const { groups, partitions } = cgroups;
    await this.write(uuid, {
      format: LIVE_FORMAT,
      bootId: bootId(),
      definition,
      cgroups: { groups, partitions },
      startedAt: Date.now(),
    });
  }

  async write(uuid: string, record: LiveRecord): Promise<void> {
    await replaceFile(join(this.folder(uuid), 'live.json'), JSON.stringify(record), false);
  }

  /** The live record of this boot; undefined when there is none. */
  async read(uuid: string): Promise<LiveRecord | undefined> {
    const text = await this.#text(uuid, 'live.json');
    if (text === undefined) return undefined;
    const record = JSON.parse(text) as LiveRecord;
    return (record.format as number) === LIVE_FORMAT ? record : undefined;
  }

  async controller(uuid: string): Promise<ControllerRecord | undefined> {
    const text = await this.#text(uuid, 'controller');
    const [version, pid, start, initPid, initStart, boot] = text?.trim().split(' ') ?? [];
    if (version !== '1' || start === undefined || initStart === undefined || boot === undefined)
      return undefined;
    return {
      controller: { pid: Number(pid), startTime: start },
      init: { pid: Number(initPid), startTime: initStart },
      bootId: boot,
    };
  }

  async exit(uuid: string): Promise<ExitRecord | undefined> {
    const [version, reason, kind, number, at] = (await this.#text(uuid, 'exit'))?.trim().split(' ') ?? [];
    if (version !== '1') return undefined;
    return {
      reason: reason === 'shutdown' || reason === 'destroyed' ? reason : 'failed',
      ...exitStatus(kind, Number(number)),
      endedAt: new Date(Number(at)),
    };
  }

  /** The record of a run whose controller could not write it: init's status is not known. */
  async writeFailure(uuid: string): Promise<void> {
    await replaceFile(join(this.folder(uuid), 'exit'), `1 failed unknown 0 ${Date.now()}\n`, false);
  }

  /** Removes what a start that failed has left. */
  async fail(uuid: string, persistent: boolean): Promise<void> {
    await this.end(uuid, persistent);
    if (!persistent) return;
    await mkdir(this.folder(uuid), { recursive: true, mode: 0o700 });
    await this.writeFailure(uuid);
  }

  /** Whether a running domain was suspended and resumed since its start. */
  async wasResumed(uuid: string): Promise<boolean> {
    return (await this.#text(uuid, 'resumed')) !== undefined;
  }

  async markResumed(uuid: string): Promise<void> {
    await writeFile(join(this.folder(uuid), 'resumed'), '', { mode: 0o600 });
  }

  /** Removes what a run leaves, but for the exit record of a persistent domain. */
  async end(uuid: string, keepExit: boolean): Promise<void> {
    for (const file of LIVE_FILES) await removeFile(join(this.folder(uuid), file));
    if (!keepExit) await this.forget(uuid);
  }

  async forget(uuid: string): Promise<void> {
    await removeFile(join(this.folder(uuid), 'exit'));
    await rmdir(this.folder(uuid)).catch(() => undefined);
  }

  async #text(uuid: string, file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder(uuid), file), 'utf8');
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw cause;
    }
  }
}

/** An exit as the controller words it. */
export function exitStatus(kind: string | undefined, number: number): ExitStatus {
  return {
    exitCode: kind === 'exited' ? number : null,
    signal: kind === 'signaled' ? signalName(number) : null,
  };
}
