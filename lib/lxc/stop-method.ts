/** How an init is asked to stop. */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { SIGRTMIN } from './signals.js';

const SIGHUP = 1;
const SIGTERM = 15;

/** A signal to send, or a request to sysvinit, or the knowledge that nothing can reach init. */
export type StopMethod =
  | { readonly by: 'initctl'; readonly runlevel: '0' | '6' }
  | { readonly by: 'signal'; readonly number: number }
  | { readonly by: 'kill' };

/** What a process does with its signals, from /proc/PID/status. */
export interface SignalMasks {
  readonly ignored: bigint;
  readonly caught: bigint;
}

/**
 * The signal for an init that is not sysvinit. systemd has signals of its own. For any other, the kernel drops
 * signals that process 1 of a namespace leaves at their default, so the default is carried out here: an init
 * that neither catches nor ignores SIGTERM is killed at once, as any other process would be. Shells ignore
 * SIGTERM when they talk to a terminal and end at SIGHUP.
 */
export function chooseSignal(
  isSystemd: boolean,
  wanted: 'shutdown' | 'reboot',
  masks: SignalMasks,
): StopMethod {
  if (isSystemd) return { by: 'signal', number: SIGRTMIN + (wanted === 'shutdown' ? 3 : 5) };
  for (const number of [SIGTERM, SIGHUP]) {
    const bit = 1n << BigInt(number - 1);
    if (masks.caught & bit) return { by: 'signal', number };
    if (!(masks.ignored & bit)) return { by: 'kill' };
  }
  return { by: 'kill' };
}

/** By the program that runs, whatever the path or the links by which it was started. */
export function isSystemd(pid: number): boolean {
  return basename(readlinkSync(`/proc/${pid}/exe`)) === 'systemd';
}

export function readSignalMasks(pid: number): SignalMasks {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mask = (field: string): bigint => {
    const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1];
    return BigInt(`0x${digits ?? '0'}`);
  };
  return { ignored: mask('SigIgn'), caught: mask('SigCgt') };
}
