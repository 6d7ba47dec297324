/** The option of shutdown and reboot. */
import type { StopOptions } from '../index.js';
import type { OptionTable } from './command.js';
import { parseSeconds } from './units.js';

export const STOP_OPTIONS = {
  timeout: { type: 'string', value: 'SEC', help: 'kill it after this time (10)' },
} as const satisfies OptionTable;

export function stopOptions(timeout: string | undefined): StopOptions {
  return timeout === undefined ? {} : { timeoutMs: parseSeconds('timeout', timeout) };
}
