/** Which domains a list holds. */
import type { DomainState, DomainSummary } from './driver.js';

export const LISTED_STATES = ['running', 'paused', 'shutoff'] as const;

/** A state one can ask for in a list; `other` is every state that has no name of its own here. */
export type ListedState = (typeof LISTED_STATES)[number] | 'other';

/**
 * Filters of {@link Connection.listAllDomains}. An absent filter admits every domain; a domain must
 * pass all that are present. Mirrors `virConnectListAllDomainsFlags`.
 */
export interface DomainFilter {
  /** Only active (running or paused), or only inactive domains. */
  readonly active?: boolean;
  /** Only persistent, or only transient domains. */
  readonly persistent?: boolean;
  /** Only domains in this state, or in one of these. An empty list admits every state. */
  readonly state?: ListedState | readonly ListedState[];
  /** Only domains that start with the host, or only the others. */
  readonly autostart?: boolean;
  /** Containers have no managed save image: true admits none. */
  readonly hasManagedSave?: boolean;
  /** Containers have no snapshots: true admits none. */
  readonly hasSnapshot?: boolean;
  /** Containers have no checkpoints: true admits none. */
  readonly hasCheckpoint?: boolean;
}

/** True when a domain passes every filter. */
export function admits(filter: DomainFilter, domain: DomainSummary): boolean {
  const states = typeof filter.state === 'string' ? [filter.state] : (filter.state ?? []);
  return (
    agrees(filter.active, domain.id !== -1) &&
    agrees(filter.persistent, domain.persistent) &&
    agrees(filter.autostart, domain.autostart) &&
    agrees(filter.hasManagedSave, false) &&
    agrees(filter.hasSnapshot, false) &&
    agrees(filter.hasCheckpoint, false) &&
    (states.length === 0 || states.includes(listedState(domain.state)))
  );
}

function agrees(wanted: boolean | undefined, actual: boolean): boolean {
  return wanted === undefined || wanted === actual;
}

function listedState(state: DomainState): ListedState {
  return LISTED_STATES.find((listed) => listed === state) ?? 'other';
}
