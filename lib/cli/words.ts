/** virsh's words for states and reasons. */
import type { DomainState, ExitStatus, StateAndReason } from '../index.js';

const STATE_WORDS: Readonly<Record<DomainState, string>> = {
  nostate: 'no state',
  running: 'running',
  blocked: 'idle',
  paused: 'paused',
  shutdown: 'in shutdown',
  shutoff: 'shut off',
  crashed: 'crashed',
  pmsuspended: 'pmsuspended',
};

export function stateWord(state: DomainState): string {
  return STATE_WORDS[state];
}

/** `shut off (shutdown)`. */
export function stateAndReason({ state, reason }: StateAndReason): string {
  return `${stateWord(state)} (${reason})`;
}

/** `exited with code 3`, `killed by SIGKILL`, `killed by SIGKILL: out of memory`. */
export function exitWords({ exitCode, signal, oomKilled }: ExitStatus): string {
  if (oomKilled && signal !== null) return `killed by ${signal}: out of memory`;
  return signal === null ? `exited with code ${exitCode ?? 'unknown'}` : `killed by ${signal}`;
}
