/** Directories of the host that a container has beside its root. */
import { domainRoot, type CompleteDomain, type MountFilesystem } from '../../domain/index.js';
import type { HostPath } from '../security-report.js';

export interface HostPaths {
  readonly writable: readonly HostPath[];
  readonly readonly: readonly HostPath[];
}

export function hostPaths(definition: CompleteDomain): HostPaths {
  const root = domainRoot(definition);
  const mounts = definition.devices.filesystems.filter(
    (filesystem): filesystem is MountFilesystem => filesystem.type === 'mount' && filesystem !== root,
  );
  const isReadonly = (mount: MountFilesystem): boolean => mount.readonly === true;
  return {
    writable: mounts.filter((mount) => !isReadonly(mount)).map(toPath),
    readonly: mounts.filter(isReadonly).map(toPath),
  };
}

function toPath({ source, target }: MountFilesystem): HostPath {
  return { source, target };
}
