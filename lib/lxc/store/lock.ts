/** Locks between processes: flock on a file per domain, as libvirt's jobs with a 30 s wait. */
import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError, systemError } from '../../errors.js';
import { native } from '../native.js';

const LOCK_TIMEOUT_MS = 30_000;

/** A held lock. Whoever holds a copy of `fd` keeps it locked: a controller does so during a start. */
export interface HeldLock {
  readonly fd: number;
  /** Gives up this process' hold. */
  release(): void;
  /** Removes the lock file too; only right for a domain that no longer exists. */
  remove(): void;
}

export class Locks {
  readonly #folder: string;
  /** Waiters of this process stand in line here, so that at most one of them waits in the kernel per lock. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Waits for a lock.
   * @throws VirtError OPERATION_TIMEOUT after 30 s.
   */
  async acquire(name: string): Promise<HeldLock> {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    const before = this.#lines.get(name);
    let leave = (): void => undefined;
    const turn = new Promise<void>((resolve) => (leave = resolve));
    const line = (before ?? Promise.resolve()).then(() => turn);
    this.#lines.set(name, line);
    const done = (): void => {
      if (this.#lines.get(name) === line) this.#lines.delete(name);
      leave();
    };
    try {
      if (before) await withinTime(before, deadline);
      return held(await this.#lock(name, deadline), join(this.#folder, name), done);
    } catch (cause) {
      done();
      throw cause;
    }
  }

  /** The lock if nobody holds it. */
  tryAcquire(name: string): HeldLock | undefined {
    const path = join(this.#folder, name);
    if (this.#lines.has(name)) return undefined;
    const fd = openLock(path);
    if (native().tryLock(fd) && isCurrent(fd, path)) return held(fd, path, () => undefined);
    closeSync(fd);
    return undefined;
  }

  async #lock(name: string, deadline: number): Promise<number> {
    const path = join(this.#folder, name);
    for (;;) {
      const fd = openLock(path);
      const locked =
        native().tryLock(fd) || (await native().lock(fd, Math.max(0, deadline - performance.now())));
      // The file may have been removed with its domain while we waited: then another file is the lock now.
      if (locked && isCurrent(fd, path)) return fd;
      closeSync(fd);
      if (!locked) throw lockTimeout();
    }
  }
}

function lockTimeout(): VirtError {
  return new VirtError('OPERATION_TIMEOUT', 'cannot acquire state change lock');
}

async function withinTime(turn: Promise<void>, deadline: number): Promise<void> {
  const timer = new AbortController();
  const late = delay(Math.max(0, deadline - performance.now()), undefined, { signal: timer.signal }).then(
    () => {
      throw lockTimeout();
    },
    () => undefined,
  );
  try {
    await Promise.race([turn, late]);
  } finally {
    timer.abort();
  }
}

function openLock(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (cause) {
    throw systemError('cannot open lock', cause, { path });
  }
}

function isCurrent(fd: number, path: string): boolean {
  try {
    const [ours, current] = [fstatSync(fd), statSync(path)];
    return ours.ino === current.ino && ours.dev === current.dev;
  } catch {
    return false;
  }
}

function held(fd: number, path: string, done: () => void): HeldLock {
  let open = true;
  const release = (): void => {
    if (!open) return;
    open = false;
    closeSync(fd);
    done();
  };
  const remove = (): void => {
    try {
      if (open) unlinkSync(path);
    } catch {
      // Somebody else removed it; what counts is that it is gone.
    }
    release();
  };
  return { fd, release, remove };
}
