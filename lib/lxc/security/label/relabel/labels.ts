/** The SELinux labels of a tree: reading, setting, and putting back what was there. */
import { native } from '../../../native.js';
import { walkTree, type Entry } from './walk.js';

const ATTRIBUTE = 'security.selinux';

/** Null: a file without one. */
export type FileLabel = string | null;

/** What a tree's labels were. */
export interface OldLabels {
  /** Of the directory itself. */
  readonly root: FileLabel;
  /** Of files whose label is another one than their directory's, by path. */
  readonly others: readonly (readonly [path: string, label: FileLabel])[];
}

export function readLabel(fd: number): FileLabel {
  const value = native().getXattr(fd, ATTRIBUTE);
  return value === undefined ? null : value.toString('utf8').replace(/\0$/u, '');
}

function writeLabel(fd: number, label: FileLabel): void {
  if (label === null) native().removeXattr(fd, ATTRIBUTE);
  else native().setXattr(fd, ATTRIBUTE, Buffer.from(`${label}\0`));
}

/** The labels of a tree, and the files in it that also have names outside of it. */
export async function readLabels(
  root: number,
): Promise<{ readonly old: OldLabels; readonly shared: ReadonlySet<bigint> }> {
  const others: [string, FileLabel][] = [];
  const names = new Map<bigint, bigint>();
  const first = readLabel(root);
  await walkTree(root, first, ({ path, fd, stats }, inherited) => {
    const label = readLabel(fd);
    if (label !== inherited) others.push([path, label]);
    if (hasSeveralNames(stats)) names.set(stats.ino, (names.get(stats.ino) ?? stats.nlink) - 1n);
    return label;
  });
  const shared = new Set([...names].flatMap(([ino, missing]) => (missing > 0n ? [ino] : [])));
  return { old: { root: first, others }, shared };
}

/** Puts one label on every file, but on those that have a name elsewhere too: it might be the host's. */
export async function setLabels(root: number, label: string, shared: ReadonlySet<bigint>): Promise<void> {
  await walkTree(root, undefined, ({ fd, stats }) => {
    if (hasSeveralNames(stats) && shared.has(stats.ino)) return;
    if (readLabel(fd) !== label) writeLabel(fd, label);
  });
}

/** Puts the old labels back, where the given one still is; what the container has made gets its directory's. */
export async function restoreLabels(root: number, label: string, old: OldLabels): Promise<void> {
  const others = new Map(old.others);
  await walkTree(root, old.root, ({ path, fd }, inherited) => {
    const known = others.get(path);
    const before = known === undefined ? inherited : known;
    if (readLabel(fd) === label) writeLabel(fd, before);
    return before;
  });
}

/** Every directory has more than one link. */
function hasSeveralNames(stats: Entry['stats']): boolean {
  return !stats.isDirectory() && stats.nlink > 1n;
}
