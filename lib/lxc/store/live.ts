/** Live state of active domains: one folder each below the live-state folder. See docs/state.md. */
import { statSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitStatus, StateReason } from '../../driver.js';
import { systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import type { Locations } from '../locations.js';
import type { ProcessIdentity } from '../process.js';
import { signalName } from '../signals.js';
import { removeFile, replaceFile } from './files.js';
import { parseLiveRecord, type LiveRecord } from './live-record.js';

/** What the controller writes before it reports `running`: `controller`. */
export interface ControllerRecord {
  readonly controller: ProcessIdentity;
  readonly init: ProcessIdentity;
  readonly bootId: string;
}

/** How the last run ended: `exit`. */
export interface ExitRecord extends ExitStatus {
  readonly reason: StateReason;
}

const EXIT_REASONS = ['shutdown', 'destroyed', 'crashed', 'failed'] as const satisfies readonly StateReason[];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class LiveStates {
  readonly #where: Locations;

  constructor(where: Locations) {
    this.#where = where;
  }

  folder(uuid: string): string {
    return join(this.#where.live, uuid);
  }

  /** Marks a domain that was suspended and resumed since its start. */
  resumedFile(uuid: string): string {
    return join(this.folder(uuid), 'resumed');
  }

  /** The filter that the processes of this run have. */
  filterFile(uuid: string): string {
    return join(this.folder(uuid), 'seccomp');
  }

  /** Domains that have a folder, active or not. */
  async list(): Promise<string[]> {
    return (await readdir(this.#where.live)).filter((entry) => UUID.test(entry));
  }

  /** Whether there is anything to recover: any file but the record of the last run's end. */
  async hasLeftovers(uuid: string): Promise<boolean> {
    return (await this.#files(uuid)).some((file) => file !== 'exit');
  }

  async hasFolder(uuid: string): Promise<boolean> {
    return readdir(this.folder(uuid)).then(
      () => true,
      () => false,
    );
  }

  async begin(uuid: string, record: LiveRecord): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await mkdir(this.folder(uuid), { recursive: true, mode: 0o700 });
        for (const file of await this.#files(uuid)) await removeFile(join(this.folder(uuid), file));
        await this.write(uuid, record);
        return;
      } catch (cause) {
        // The last run's controller may remove the folder at this very moment, as the last thing it does.
        if (!isErrno(cause, 'ENOENT') || attempt > 1) {
          throw systemError('cannot write the live state', cause, { path: this.folder(uuid) });
        }
      }
    }
  }

  async write(uuid: string, record: LiveRecord): Promise<void> {
    await replaceFile(join(this.folder(uuid), 'live.json'), JSON.stringify(record), false);
  }

  /**
   * The live record; undefined when there is none, or only a torn one.
   * @throws VirtError OPERATION_UNSUPPORTED when a later version of the package wrote it.
   */
  async read(uuid: string): Promise<LiveRecord | undefined> {
    const text = await this.#text(uuid, 'live.json');
    return text === undefined ? undefined : parseLiveRecord(text, uuid);
  }

  /** Changes whenever the live record does; undefined when there is none. Far quicker than reading it. */
  identity(uuid: string): string | undefined {
    const path = join(this.folder(uuid), 'live.json');
    const file = statSync(path, { bigint: true, throwIfNoEntry: false });
    return file && `${file.ino}:${file.size}:${file.mtimeNs}`;
  }

  /** @throws VirtError SYSTEM_ERROR when it can't be read: a command never runs without it. */
  async filter(uuid: string): Promise<Buffer> {
    try {
      return await readFile(this.filterFile(uuid));
    } catch (cause) {
      throw systemError('cannot read the seccomp filter of the domain', cause, {
        path: this.filterFile(uuid),
      });
    }
  }

  async writeFilter(uuid: string, filter: Uint8Array): Promise<void> {
    await replaceFile(this.filterFile(uuid), filter, false);
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
    const [version, reason, kind, number, , oom] = (await this.#text(uuid, 'exit'))?.trim().split(' ') ?? [];
    if (version !== '1') return undefined;
    return {
      reason: EXIT_REASONS.find((known) => known === reason) ?? 'failed',
      ...exitStatus(kind, Number(number)),
      ...(oom === 'oom' ? { oomKilled: true } : {}),
    };
  }

  /** The record of a run whose controller could not write it: init's status is not known. */
  async writeExit(uuid: string, reason: 'destroyed' | 'failed'): Promise<void> {
    await mkdir(this.folder(uuid), { recursive: true, mode: 0o700 });
    await replaceFile(join(this.folder(uuid), 'exit'), `1 ${reason} unknown 0 ${Date.now()}\n`, false);
  }

  /** Whether a running domain was suspended and resumed since its start. */
  async wasResumed(uuid: string): Promise<boolean> {
    return (await this.#text(uuid, 'resumed')) !== undefined;
  }

  async markResumed(uuid: string): Promise<void> {
    await writeFile(this.resumedFile(uuid), '', { mode: 0o600 });
  }

  /** Forgets that a run was begun or was running; `live.json` goes last, so that a crash here is found again. */
  async end(uuid: string): Promise<void> {
    const files = (await this.#files(uuid)).filter((file) => file !== 'exit' && file !== 'live.json');
    for (const file of [...files, 'live.json']) await removeFile(join(this.folder(uuid), file));
  }

  /** Removes what is known of a domain's last run. */
  async forget(uuid: string): Promise<void> {
    await removeFile(join(this.folder(uuid), 'exit'));
    await rmdir(this.folder(uuid)).catch(() => undefined);
  }

  async #files(uuid: string): Promise<string[]> {
    try {
      return await readdir(this.folder(uuid));
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return [];
      throw cause;
    }
  }

  async #text(uuid: string, file: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder(uuid), file), 'utf8');
    } catch (cause) {
      if (isErrno(cause, 'ENOENT') || isErrno(cause, 'ENOTDIR')) return undefined;
      throw systemError('cannot read the live state', cause);
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
