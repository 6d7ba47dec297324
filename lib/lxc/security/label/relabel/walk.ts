/** Going through a tree that others may change at the same time, without ever leaving it. */
import { closeSync, constants, fstatSync, readdirSync, type BigIntStats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isErrno } from '../../../errno.js';
import { AT_FDCWD, O_PATH, RESOLVE, native } from '../../../native.js';

/** A few milliseconds of work between two turns of the event loop. */
const ENTRIES_PER_TURN = 128;
const INSIDE = RESOLVE.BENEATH | RESOLVE.NO_XDEV | RESOLVE.NO_SYMLINKS | RESOLVE.NO_MAGICLINKS;
/** Gone, become a link, a mount point, or deeper than a path can be. */
const PASSED_OVER = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV', 'ENAMETOOLONG'];

export interface Entry {
  /** Relative to the tree; `.` for itself. */
  readonly path: string;
  /** Names the file only (O_PATH); open during the visit. */
  readonly fd: number;
  readonly stats: BigIntStats;
}

/** A directory by its path, in which no part is a link. The caller closes it. */
export function openTree(path: string): number {
  return native().openat2(AT_FDCWD, path, O_PATH | constants.O_DIRECTORY, RESOLVE.NO_SYMLINKS);
}

/**
 * Visits each file once per name, a directory before what is in it. What `visit` returns for a directory is given to
 * it for each file of that. Mount points are not entered, links are not followed, and names that are not UTF-8 are
 * left out.
 */
export async function walkTree<T>(
  root: number,
  first: T,
  visit: (entry: Entry, inherited: T) => T,
): Promise<void> {
  const waiting: { readonly path: string; readonly inherited: T }[] = [{ path: '.', inherited: first }];
  for (let count = 1, next = waiting.pop(); next; next = waiting.pop(), count++) {
    if (count % ENTRIES_PER_TURN === 0) await setImmediate();
    const { path, inherited } = next;
    const found = visitOne(root, path, (entry) => visit(entry, inherited));
    if (!found) continue;
    for (const name of found.names) {
      waiting.push({ path: path === '.' ? name : `${path}/${name}`, inherited: found.value });
    }
  }
}

function visitOne<T>(
  root: number,
  path: string,
  visit: (entry: Entry) => T,
): { readonly value: T; readonly names: readonly string[] } | undefined {
  const fd = openInside(root, path);
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd, { bigint: true });
    const value = visit({ path, fd, stats });
    return { value, names: stats.isDirectory() ? readdirSync(`/proc/self/fd/${fd}`) : [] };
  } finally {
    closeSync(fd);
  }
}

function openInside(root: number, path: string): number | undefined {
  try {
    return native().openat2(root, path, O_PATH | constants.O_NOFOLLOW, INSIDE);
  } catch (cause) {
    if (PASSED_OVER.some((code) => isErrno(cause, code))) return undefined;
    throw cause;
  }
}
