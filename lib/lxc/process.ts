/** Processes named so that a reused pid is never mistaken for them: pid, start time and boot. */
import { closeSync, readFileSync } from 'node:fs';
import { native } from './native.js';
import { hasEnded, parseStat } from './process-text.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, clock ticks since boot. */
  readonly startTime: string;
}

let bootIdOfHost: string | undefined;

/** This boot of the host, as written into state files. */
export function bootId(): string {
  bootIdOfHost ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootIdOfHost;
}

/** Start time of a living process; undefined when there is none of that number, or only its exit status. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat && !hasEnded(stat) ? stat.startTime : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/**
 * A pidfd of exactly this process; undefined when it is gone. The start time is compared after the
 * pidfd is open: from then on the number can't change its owner unnoticed.
 */
export function openProcess(identity: ProcessIdentity): number | undefined {
  let pidfd: number;
  try {
    pidfd = native().pidfdOpen(identity.pid);
  } catch {
    return undefined;
  }
  if (isAlive(identity)) return pidfd;
  closeSync(pidfd);
  return undefined;
}

/** Runs `use` with a pidfd of this process, and closes it. Undefined when the process is gone. */
export async function withProcess<T>(
  identity: ProcessIdentity,
  use: (pidfd: number) => T | Promise<T>,
): Promise<T | undefined> {
  const pidfd = openProcess(identity);
  if (pidfd === undefined) return undefined;
  try {
    return await use(pidfd);
  } finally {
    closeSync(pidfd);
  }
}
