/**
 * Who else has ids on this host: the subordinate ids of users, and users with numbers of their own.
 * @see https://man7.org/linux/man-pages/man5/subuid.5.html
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { IdRange } from '../../driver.js';
import { VirtError, systemError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { IDS_PER_CONTAINER, mergeRanges } from './id-range.js';

export interface HostIds {
  /** Where root may let containers have ids, for users and groups alike; each is long enough for one. */
  readonly root: readonly IdRange[];
  /** What belongs to others, in order and apart from each other. */
  readonly others: readonly IdRange[];
}

interface Entry extends IdRange {
  readonly owner: string;
}

/** Both fit on any host, and keep a file that is no list of users from filling the memory. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_LINE_LENGTH = 1024;
/** One above the last 32-bit number. */
const NUMBERS = 2 ** 32;

/**
 * Lines of others that say nothing are passed over: they can't be in the way of root.
 * @param folder - for tests; else `/etc`
 * @throws VirtError CONF_SYNTAX for a line of root's that says nothing.
 */
export function readHostIds(folder = '/etc'): HostIds {
  const users = readSubordinates(join(folder, 'subuid'));
  const groups = readSubordinates(join(folder, 'subgid'));
  const entries = [...users, ...groups];
  return {
    root: mergeRanges(rootRanges(users, groups)).filter(({ count }) => count >= IDS_PER_CONTAINER),
    others: mergeRanges([
      ...entries.filter(({ owner }) => !isRoot(owner)).map(({ start, count }) => ({ start, count })),
      ...readAccounts(join(folder, 'passwd')),
      ...readAccounts(join(folder, 'group')),
    ]),
  };
}

/** A container has the same ids for users and groups, so that an entry counts when both files have it. */
function rootRanges(users: readonly Entry[], groups: readonly Entry[]): readonly IdRange[] {
  const keys = new Set(
    groups.filter(({ owner }) => isRoot(owner)).map(({ start, count }) => `${start}:${count}`),
  );
  return users
    .filter(({ owner, start, count }) => isRoot(owner) && keys.has(`${start}:${count}`))
    .map(({ start, count }) => ({ start, count }));
}

function isRoot(owner: string): boolean {
  return owner === 'root' || owner === '0';
}

function readSubordinates(path: string): readonly Entry[] {
  return readLines(path).flatMap((line, index) => {
    const entry = parseEntry(line);
    if (entry) return [entry];
    if (isRoot(line.slice(0, line.indexOf(':')))) throw malformed(path, index + 1);
    return [];
  });
}

function parseEntry(line: string): Entry | undefined {
  if (line.length > MAX_LINE_LENGTH) return undefined;
  const [, owner, start = '', count = ''] = /^([^:]*):(\d{1,10}):(\d{1,10})$/u.exec(line) ?? [];
  if (owner === undefined) return undefined;
  const entry = { owner, start: Number(start), count: Number(count) };
  return entry.count > 0 && entry.start + entry.count < NUMBERS ? entry : undefined;
}

/** Directories of users may have handed out numbers that are large. */
function readAccounts(path: string): readonly IdRange[] {
  return readLines(path).flatMap((line) => {
    if (line.length > MAX_LINE_LENGTH) return [];
    const [, id = ''] = /^[^:]+:[^:]*:(\d{1,10})(?::|$)/u.exec(line) ?? [];
    return id === '' || Number(id) >= NUMBERS ? [] : [{ start: Number(id), count: 1 }];
  });
}

function readLines(path: string): readonly string[] {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new VirtError('CONF_SYNTAX', `${path} is too large`);
    return readFileSync(path, 'latin1').split('\n');
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return [];
    if (cause instanceof VirtError) throw cause;
    throw systemError('cannot read ids of the host', cause, { path });
  }
}

function malformed(path: string, line: number): VirtError {
  return new VirtError('CONF_SYNTAX', `${path}, line ${line}: root's entry is not root:START:COUNT`, {
    domain: 'CONF',
    path,
    hint: 'mend the line, or remove it: ids of containers then come from the default range',
  });
}
