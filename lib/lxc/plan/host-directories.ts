/** Directories of the host's own system, and what of them a container may have. */
import { realpathSync, statSync } from 'node:fs';
import { normalize } from 'node:path';
import type { CompleteDomain } from '../../definition/domain/index.js';

/** What no container may have read-write as its root. */
export const HOST_DIRECTORIES: readonly string[] = [
  '/', '/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/lib64', '/opt', '/proc', '/root', '/run', '/sbin',
  '/srv', '/sys', '/tmp', '/usr', '/var',
]; // prettier-ignore
/** What a booting init would take for its own, clean and fill. */
export const BOOT_DIRECTORIES: readonly string[] = ['/', '/etc', '/var', '/run', '/tmp', '/home', '/dev'];
/** Where files are that only root of the host may read: keys, passwords, the work of others. */
const PRIVATE_DIRECTORIES = [
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/opt',
  '/root',
  '/run',
  '/srv',
  '/tmp',
  '/var',
];
/** As above, with all that lies below. */
const PRIVATE_TREES = ['/boot/', '/etc/'];

/**
 * Sources that keep the owners they have on the host: were they the container's, its root could read what only root of
 * the host may. What everybody may read, everybody can.
 */
export function hostSources({ devices }: CompleteDomain): ReadonlySet<string> {
  const sources = devices.filesystems.flatMap((filesystem) =>
    filesystem.type === 'mount' ? [filesystem.source] : [],
  );
  return new Set(sources.filter(isPrivate));
}

function isPrivate(source: string): boolean {
  const path = `${realpath(source)}/`;
  return PRIVATE_TREES.some((tree) => path.startsWith(tree)) || sameAsAny(source, PRIVATE_DIRECTORIES);
}

/** By what they are, not by their names: a path may lead through links. */
export function sameAsAny(path: string, directories: readonly string[]): boolean {
  const identity = identityOf(path);
  return identity !== undefined && directories.some((directory) => identityOf(directory) === identity);
}

function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true });
    return `${stats.dev}:${stats.ino}`;
  } catch {
    return undefined; // What can't be looked at has its own error at the start.
  }
}

export function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return normalize(path); // A missing source has its own error at the start.
  }
}
