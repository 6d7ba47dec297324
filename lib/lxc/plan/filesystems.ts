/** The `<filesystem>` elements besides the root, in document order. */
import { bindFlags } from './bind-flags.js';
import type { NamespaceFacts } from './namespaces.js';
import type { Plan } from './steps.js';
import type { StartableDomain, StartableFilesystem } from './unsupported.js';

/** Which files become the container's. */
export interface OwnerFacts {
  readonly namespaces: Pick<NamespaceFacts, 'ids'>;
  /** Sources whose files stay the host's. */
  readonly hostSources: ReadonlySet<string>;
}

/** Whether the files of a directory of the host belong to the container as they do to the host. */
export function mapsIds({ namespaces, hostSources }: OwnerFacts, source: string): boolean {
  return namespaces.ids?.mapsMounts === true && !hostSources.has(source);
}

export function planFilesystems(plan: Plan, definition: StartableDomain, facts: OwnerFacts): void {
  let rootSeen = false;
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.target === '/' && !rootSeen) rootSeen = true;
    else planFilesystem(plan, filesystem, facts);
  }
}

function planFilesystem(plan: Plan, filesystem: StartableFilesystem, facts: OwnerFacts): void {
  const origin = `<filesystem> target '${filesystem.target}'`;
  const readonly = filesystem.readonly === true;
  switch (filesystem.type) {
    case 'mount':
      plan.add(
        origin,
        'bind',
        filesystem.source,
        filesystem.target,
        bindFlags({ readonly, mapsIds: mapsIds(facts, filesystem.source) }),
      );
      return;
    case 'bind':
      plan.add(origin, 'bind-inside', filesystem.source, filesystem.target, bindFlags({ readonly }));
      return;
    case 'ram':
      plan.add(
        origin,
        'mount',
        'tmpfs',
        'tmpfs',
        filesystem.target,
        `nosuid,nodev,${bindFlags({ readonly })}`,
        `size=${BigInt(filesystem.usageKiB) * 1024n}`,
      );
      return;
  }
}
