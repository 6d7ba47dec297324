/** The `<filesystem>` elements besides the root, in document order. */
import { bindFlags } from './bind-flags.js';
import type { NamespaceFacts } from './namespaces.js';
import type { Plan } from './steps.js';
import type { StartableDomain, StartableFilesystem } from './unsupported.js';

export function planFilesystems(plan: Plan, definition: StartableDomain, { ids }: NamespaceFacts): void {
  let rootSeen = false;
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.target === '/' && !rootSeen) rootSeen = true;
    else planFilesystem(plan, filesystem, ids?.mapsMounts === true);
  }
}

function planFilesystem(plan: Plan, filesystem: StartableFilesystem, mapsIds: boolean): void {
  const origin = `<filesystem> target '${filesystem.target}'`;
  const readonly = filesystem.readonly === true;
  switch (filesystem.type) {
    case 'mount':
      plan.add(origin, 'bind', filesystem.source, filesystem.target, bindFlags({ readonly, mapsIds }));
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
