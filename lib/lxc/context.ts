/** What every operation of the driver works with: folders, stores and what was found out about the host. */
import type { CompleteDomain, HostFacts } from '../definition/domain/index.js';
import type { IdRange, LifecycleEventName } from '../driver.js';
import { readHierarchies, type Hierarchy } from './cgroup/hierarchies.js';
import { isSystemdHost } from './cgroup/systemd/detect.js';
import { appendEvent } from './events/journal.js';
import { createLocations, type Locations } from './locations.js';
import { Definitions } from './store/definitions.js';
import { labelHost, type LabelHost } from './security/label/index.js';
import { LiveStates } from './store/live.js';
import { Locks } from './store/lock.js';

export interface Context {
  readonly where: Locations;
  readonly host: HostFacts;
  readonly hierarchies: readonly Hierarchy[];
  /** systemd is process 1: the host's cgroups are its own. */
  readonly systemd: boolean;
  readonly definitions: Definitions;
  readonly live: LiveStates;
  readonly locks: Locks;
  /** Where ids of containers come from, when the user of the connection says so. */
  readonly idRange: IdRange | undefined;
  /** Security modules of the host. */
  readonly labels: LabelHost;
  /** What has been warned of already. */
  readonly warnings: Set<string>;
}

export function createContext(where: Locations, host: HostFacts, idRange?: IdRange): Context {
  createLocations(where);
  return {
    where,
    host,
    hierarchies: readHierarchies(),
    systemd: isSystemdHost(),
    definitions: new Definitions(where, host),
    live: new LiveStates(where),
    locks: new Locks(where.locks),
    idRange,
    labels: labelHost(),
    warnings: new Set(),
  };
}

/** Records an event for every process that uses this state folder. */
export async function record(
  context: Context,
  domain: Pick<CompleteDomain, 'uuid' | 'name'>,
  event: LifecycleEventName,
  detail: string,
): Promise<void> {
  await appendEvent(context.where.journal, domain, event, detail);
}
