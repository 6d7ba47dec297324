/** The `<filesystem>` elements besides the root, in document order. */
import type { CompleteDomain, Filesystem } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import type { Plan } from './steps.js';

export function planFilesystems(plan: Plan, definition: CompleteDomain): void {
  let rootSeen = false;
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.target === '/' && !rootSeen) rootSeen = true;
    else planFilesystem(plan, filesystem);
  }
}

function planFilesystem(plan: Plan, filesystem: Filesystem): void {
  const origin = `<filesystem> target '${filesystem.target}'`;
  const readonly = filesystem.readonly === true;
  switch (filesystem.type) {
    case 'mount':
      plan.add(origin, 'bind', filesystem.source, filesystem.target, readonly ? 'ro' : '-');
      return;
    case 'bind':
      plan.add(origin, 'bind-inside', filesystem.source, filesystem.target, readonly ? 'ro' : '-');
      return;
    case 'ram':
      plan.add(
        origin,
        'mount',
        'tmpfs',
        'tmpfs',
        filesystem.target,
        readonly ? 'nosuid,nodev,ro' : 'nosuid,nodev',
        `size=${BigInt(filesystem.usageKiB) * 1024n}`,
      );
      return;
    default:
      throw cannotMount(filesystem);
  }
}

/** The types that a plan has steps for. */
export function isMountable(filesystem: Filesystem): boolean {
  return filesystem.type === 'mount' || filesystem.type === 'bind' || filesystem.type === 'ram';
}

export function cannotMount({ type, target }: Filesystem): VirtError {
  return new VirtError(
    'CONFIG_UNSUPPORTED',
    `Cannot mount filesystem type ${type}: <filesystem type='${type}'> target '${target}'`,
  );
}
