/** Which directories of the host a container's label may be put on. */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { domainRoot, type CompleteDomain } from '../../../../definition/domain/index.js';
import { VirtError, quote, systemError } from '../../../../errors.js';

/** The host's own system: neither these nor anything below. */
const SYSTEM_TREES = [
  '/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/root', '/run', '/sbin', '/sys',
  '/usr',
]; // prettier-ignore
/** Folders that many programs share; one below may be a container's. */
const SHARED_FOLDERS = [
  '/', '/home', '/media', '/mnt', '/opt', '/srv', '/tmp', '/var', '/var/cache', '/var/lib', '/var/log', '/var/mail',
  '/var/spool', '/var/tmp',
]; // prettier-ignore

export interface RelabelTarget {
  /** Without links. */
  readonly path: string;
  /** The element that asks for it. */
  readonly element: string;
}

/**
 * The root and the sources that the container can write to, each once, none inside of another.
 * @throws VirtError CONFIG_UNSUPPORTED for one that the host itself needs with the label it has.
 */
export function relabelTargets(definition: CompleteDomain): readonly RelabelTarget[] {
  const root = domainRoot(definition);
  const targets = new Map<string, RelabelTarget>();
  for (const filesystem of definition.devices.filesystems) {
    if (filesystem.type !== 'mount' || (filesystem.readonly === true && filesystem !== root)) continue;
    const element = `<filesystem> target ${quote(filesystem.target)}`;
    const path = checkTarget(filesystem.source, element);
    targets.set(path, { path, element });
  }
  const all = [...targets.values()];
  return all.filter(({ path }) => !all.some((other) => other.path !== path && isWithin(path, other.path)));
}

export function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function checkTarget(source: string, element: string): string {
  const path = realPath(source, element);
  const identity = identityOf(path);
  const isSystem = SYSTEM_TREES.some(
    (tree) => isWithin(path, realOrSame(tree)) || identityOf(tree) === identity,
  );
  const isShared = SHARED_FOLDERS.some((folder) => path === folder || identityOf(folder) === identity);
  if (!isSystem && !isShared && dirname(path) !== '/home') return path;
  throw new VirtError(
    'CONFIG_UNSUPPORTED',
    `${element}: source ${quote(path)} is the host's own: it must not get the label of a container`,
    {
      domain: 'SECURITY',
      path,
      hint: "use relabel='no' in <seclabel>, or give the container a directory of its own",
    },
  );
}

function realPath(source: string, element: string): string {
  try {
    return realpathSync(source);
  } catch (cause) {
    throw systemError(`cannot label ${element}`, cause, { path: source, domain: 'SECURITY' });
  }
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A directory may be seen a second time by a bind mount. */
function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
