/**
 * Folders in which names are reserved by locks: one file each, locked by whoever has the name and given back by the
 * kernel when the last process that has the descriptor is gone. A container's controller keeps it open, so that a
 * name is free exactly when its container is gone, whoever has died.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { VirtError, systemError } from '../../../errors.js';
import { Locks } from '../../store/lock.js';

export const REGISTRIES = ['mcs', 'apparmor', 'relabel'] as const;
export type RegistryName = (typeof REGISTRIES)[number];

/**
 * The folder of one kind of names, made when missing.
 * @throws VirtError SYSTEM_ERROR when it can't be made; OPERATION_FAILED when others than its owner could write to it.
 */
export function openRegistry(root: string, name: RegistryName): Locks {
  return new Locks(registryFolder(root, name));
}

export function registryFolder(root: string, name: RegistryName): string {
  const path = join(root, name);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw systemError('cannot create the registry of labels', cause, { path });
  }
  const stats = lstatSync(path);
  if (stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & 0o022) === 0) return path;
  throw new VirtError(
    'OPERATION_FAILED',
    `the registry of labels ${path} is not a directory of its owner alone`,
    {
      path,
      domain: 'SECURITY',
      hint: 'remove it: somebody else could give labels away twice',
    },
  );
}
