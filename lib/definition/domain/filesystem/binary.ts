/** @see https://libvirt.org/formatdomain.html#filesystems */
import { compact, compactOrNothing, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, formatOnOff, type ElementReader, type OutputElement } from '../../xml/index.js';
import { checkAbsolutePath } from '../paths.js';

export const VIRTIOFS_CACHES = ['none', 'always'] as const;
export const VIRTIOFS_SANDBOXES = ['namespace', 'chroot'] as const;

/** The program behind a `virtiofs` driver. Printed, without effect: containers have none. */
export interface FilesystemBinary {
  /** Absolute path on the host. */
  readonly path?: string;
  readonly xattr?: boolean;
  readonly cache?: (typeof VIRTIOFS_CACHES)[number];
  readonly sandbox?: (typeof VIRTIOFS_SANDBOXES)[number];
  readonly lock?: { readonly posix?: boolean; readonly flock?: boolean };
  /** Number of threads. */
  readonly threadPoolSize?: number;
}

/** As in libvirt, the element is nothing without the driver `virtiofs`. */
export function parseFilesystemBinary(
  filesystem: ElementReader,
  driver: string | undefined,
): Draft<FilesystemBinary> | undefined {
  const binary = filesystem.child('binary');
  if (!binary) return undefined;
  const lock = binary.child('lock');
  const threadPoolSize = binary.child('thread_pool')?.attribute('size').integer();
  const parsed = {
    path: binary.attribute('path').text(),
    xattr: binary.attribute('xattr').onOff(),
    cache: binary.child('cache')?.attribute('mode').text(),
    sandbox: binary.child('sandbox')?.attribute('mode').text(),
    lock: lock && { posix: lock.attribute('posix').onOff(), flock: lock.attribute('flock').onOff() },
    threadPoolSize: threadPoolSize !== undefined && threadPoolSize < 0 ? undefined : threadPoolSize,
  };
  return driver === 'virtiofs' ? parsed : undefined;
}

export function checkFilesystemBinary(
  fields: Fields,
  driver: string | undefined,
): FilesystemBinary | undefined {
  const binary = fields.fields('binary');
  if (!binary) return undefined;
  if (driver !== 'virtiofs') {
    throw refusal('XML_ERROR', "<binary> in <filesystem> needs <driver type='virtiofs'/>");
  }
  return readAll(binary, (own) => {
    const path = own.string('path');
    const lock = own.fields('lock');
    return compactOrNothing({
      path: path === undefined ? undefined : checkAbsolutePath('<binary> path', path),
      xattr: own.boolean('xattr'),
      cache: own.oneOf('cache', VIRTIOFS_CACHES),
      sandbox: own.oneOf('sandbox', VIRTIOFS_SANDBOXES),
      lock: lock && readAll(lock, checkLock),
      threadPoolSize: own.unsignedInteger('threadPoolSize'),
    });
  });
}

export function formatFilesystemBinary(binary: FilesystemBinary | undefined): OutputElement | undefined {
  if (!binary) return undefined;
  const { path, xattr, cache, sandbox, lock, threadPoolSize } = binary;
  return element('binary', { path, xattr: formatOnOff(xattr) }, [
    cache && element('cache', { mode: cache }),
    sandbox && element('sandbox', { mode: sandbox }),
    lock && element('lock', { posix: formatOnOff(lock.posix), flock: formatOnOff(lock.flock) }),
    threadPoolSize === undefined ? undefined : element('thread_pool', { size: threadPoolSize }),
  ]);
}

function checkLock(fields: Fields): FilesystemBinary['lock'] {
  return compactOrNothing(compact({ posix: fields.boolean('posix'), flock: fields.boolean('flock') }));
}
