/** Signals as the kernel numbers them. */
import { constants } from 'node:os';

const NAMES = new Map<number, NodeJS.Signals>();
for (const [name, number] of Object.entries(constants.signals)) {
  // Linux has two names for some numbers (SIGIOT, SIGPOLL): the first listed is the usual one.
  if (!NAMES.has(number)) NAMES.set(number, name as NodeJS.Signals);
}

/** First real-time signal as glibc counts: systemd's container signals are relative to it. */
export const SIGRTMIN = 34;

/** The name of a signal; `SIGRTMIN+n` for the real-time ones. */
export function signalName(number: number): NodeJS.Signals {
  return NAMES.get(number) ?? (`SIGRTMIN+${number - SIGRTMIN}` as NodeJS.Signals);
}
