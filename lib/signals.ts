/** Names and numbers of signals, and who gets them. */
import { constants } from 'node:os';
import { VirtError } from './errors.js';

/** Linux knows signals up to this number; the real-time ones have no name here. */
const MAX_SIGNAL = 64;
const NUMBERS = new Map<string, number>(Object.entries(constants.signals));

/**
 * The number of a signal given by name or number.
 * @throws VirtError INVALID_ARG for an unknown name or a number that is not within 0 and 64.
 */
export function signalNumber(signal: NodeJS.Signals | number): number {
  const number = typeof signal === 'number' ? signal : NUMBERS.get(signal);
  if (number !== undefined && Number.isInteger(number) && number >= 0 && number <= MAX_SIGNAL) return number;
  throw new VirtError('INVALID_ARG', `signum value ${String(signal)} is out of range`, { domain: 'DOMAIN' });
}

/**
 * The number of a process inside a container.
 * @throws VirtError INVALID_ARG for what no process has.
 */
export function processNumber(pid: number): number {
  if (Number.isSafeInteger(pid) && pid >= 1) return pid;
  throw new VirtError('INVALID_ARG', `pid in virDomainSendProcessSignal must be 1 or greater: ${pid}`);
}
