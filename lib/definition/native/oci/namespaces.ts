/** What the container has of its own; a user namespace only where a map of its ids can be named. */
import type { DomainDefinition, IdmapEntry, LxcNamespace, TimeOffset } from '../../domain/index.js';
import { compact } from '../../plain/compact.js';
import type { ElementReport } from '../unmapped.js';
import type { OciIdMapping, OciLinux, OciNamespace } from './types.js';

/** Kinds that can be shared, and the kernel's names in `/proc/PID/ns`. */
const SHARED = [
  { kind: 'sharenet', type: 'network', file: 'net' },
  { kind: 'shareipc', type: 'ipc', file: 'ipc' },
  { kind: 'shareuts', type: 'uts', file: 'uts' },
] as const;

export function ociNamespaces(definition: DomainDefinition, report: ElementReport): readonly OciNamespace[] {
  const { lxcNamespace, idmap } = definition;
  const shared = SHARED.map(({ kind, type, file }): OciNamespace => {
    const path = sharedPath(lxcNamespace?.[kind], file);
    if (path === 'unknown') {
      report.add(`lxc:namespace/lxc:${kind}`, 'the process of another container is known at its start only');
    }
    return path === undefined || path === 'unknown' ? { type } : { type, path };
  });
  const user: readonly OciNamespace[] = idmap ? [{ type: 'user' }] : [];
  return [{ type: 'pid' }, { type: 'mount' }, ...shared, { type: 'cgroup' }, ...user, { type: 'time' }];
}

function sharedPath(shared: LxcNamespace['sharenet'], file: string): string | undefined {
  switch (shared?.type) {
    case 'pid':
      return `/proc/${shared.value}/ns/${file}`;
    case 'netns':
      return `/run/netns/${shared.value}`;
    case 'name':
      return 'unknown';
    default:
      return undefined;
  }
}

export function ociMappings({ idmap }: DomainDefinition): Pick<OciLinux, 'uidMappings' | 'gidMappings'> {
  return idmap ? { uidMappings: idmap.uids.map(mapping), gidMappings: idmap.gids.map(mapping) } : {};
}

function mapping({ start, target, count }: IdmapEntry): OciIdMapping {
  return { containerID: start, hostID: target, size: count };
}

export function ociTimeOffsets({ extensions }: DomainDefinition): OciLinux['timeOffsets'] {
  const { monotonic, boottime } = extensions?.timeOffsets ?? {};
  if (!monotonic && !boottime) return undefined;
  return compact({ monotonic: monotonic && offset(monotonic), boottime: boottime && offset(boottime) });
}

function offset({ seconds, nanoseconds = 0 }: TimeOffset): {
  readonly secs: number;
  readonly nanosecs: number;
} {
  return { secs: seconds, nanosecs: nanoseconds };
}
