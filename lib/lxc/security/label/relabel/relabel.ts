/** Giving a container's files its label for as long as it runs. */
import { closeSync, fstatSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtError, quote, systemError } from '../../../../errors.js';
import { removeFile, replaceFile } from '../../../store/files.js';
import type { HeldLock } from '../../../store/lock.js';
import type { LabelHost } from '../host.js';
import { openRegistry, registryFolder } from '../registry.js';
import { readLabels, restoreLabels, setLabels, type OldLabels } from './labels.js';
import { isWithin, type RelabelTarget } from './targets.js';
import { openTree } from './walk.js';

/** Held while it is decided whether a tree is free: only starts that relabel wait for each other, and not for long. */
const CLAIMING = 'claiming';

/** What is written before the first label is changed, to `<device>-<inode>.json`. */
interface RelabelRecord extends OldLabels {
  readonly path: string;
  /** The label that was put on the tree; absent until the old ones are known. */
  readonly label?: string;
}

export interface Relabelled {
  readonly locks: readonly HeldLock[];
  /** Puts the old labels back. Never rejects. */
  undo(): Promise<void>;
}

/**
 * Labels trees. They are labelled until {@link restoreStale} finds their locks free.
 * @throws VirtError RESOURCE_BUSY when a running container has labelled one, or a part of one.
 */
export async function relabel(
  host: LabelHost,
  targets: readonly RelabelTarget[],
  label: string,
): Promise<Relabelled> {
  const claims: Claim[] = [];
  const undo = async (): Promise<void> => {
    for (const claim of claims.reverse()) {
      await restore(host, claim).catch(() => undefined);
      claim.lock.release();
    }
  };
  try {
    for (const target of targets) {
      const claim = await claimTree(host, target);
      claims.push(claim);
      await labelTree(host, claim, label);
    }
  } catch (cause) {
    await undo();
    throw cause;
  }
  return { locks: claims.map(({ lock }) => lock), undo };
}

interface Claim {
  readonly id: string;
  readonly target: RelabelTarget;
  readonly lock: HeldLock;
}

async function claimTree(host: LabelHost, target: RelabelTarget): Promise<Claim> {
  const registry = openRegistry(host.registry, 'relabel');
  const claiming = await registry.acquire(CLAIMING);
  try {
    await restoreStale(host);
    for (const { record } of await records(host)) {
      if (isWithin(record.path, target.path) || isWithin(target.path, record.path))
        throw busy(target, record.path);
    }
    const id = treeId(target);
    const lock = registry.tryAcquire(id);
    if (!lock) throw busy(target, target.path);
    const record: RelabelRecord = { path: target.path, root: null, others: [] };
    await replaceFile(recordFile(host, id), JSON.stringify(record), false);
    return { id, target, lock };
  } finally {
    claiming.release();
  }
}

async function labelTree(host: LabelHost, { id, target }: Claim, label: string): Promise<void> {
  const { path, element } = target;
  let tree: number | undefined;
  try {
    tree = openTree(path);
    const { old, shared } = await readLabels(tree);
    const record: RelabelRecord = { path, label, ...old };
    await replaceFile(recordFile(host, id), JSON.stringify(record), false);
    await setLabels(tree, label, shared);
  } catch (cause) {
    throw systemError(`cannot label ${element}`, cause, {
      path,
      domain: 'SECURITY',
      hint: "use relabel='no' in <seclabel>, and label the directory with chcon",
    });
  } finally {
    if (tree !== undefined) closeSync(tree);
  }
}

/** Puts back the labels of trees whose containers are gone. One that can't be restored is tried again next time. */
export async function restoreStale(host: LabelHost): Promise<void> {
  const registry = openRegistry(host.registry, 'relabel');
  for (const { id, record } of await records(host)) {
    const lock = registry.tryAcquire(id);
    if (!lock) continue;
    const target = { path: record.path, element: record.path };
    await restore(host, { id, target, lock }).catch(() => {
      lock.release();
    });
  }
}

async function restore(host: LabelHost, { id, target, lock }: Claim): Promise<void> {
  const { label, ...old } = await readRecord(host, id);
  if (label !== undefined) await restoreTree(id, target, label, old);
  await removeFile(recordFile(host, id));
  lock.remove();
}

async function restoreTree(id: string, target: RelabelTarget, label: string, old: OldLabels): Promise<void> {
  // Another directory under the path of before: its labels are not ours.
  if (treeIdOrNone(target) !== id) return;
  const tree = openTree(target.path);
  try {
    await restoreLabels(tree, label, old);
  } finally {
    closeSync(tree);
  }
}

async function records(host: LabelHost): Promise<{ readonly id: string; readonly record: RelabelRecord }[]> {
  const names = await readdir(registryFolder(host.registry, 'relabel'));
  const ids = names.flatMap((name) => /^(\d+-\d+)\.json$/u.exec(name)?.slice(1) ?? []);
  const found = await Promise.all(
    ids.map(async (id) => ({ id, record: await readRecord(host, id).catch(() => undefined) })),
  );
  return found.flatMap(({ id, record }) => (record ? [{ id, record }] : []));
}

async function readRecord(host: LabelHost, id: string): Promise<RelabelRecord> {
  return JSON.parse(await readFile(recordFile(host, id), 'utf8')) as RelabelRecord;
}

function recordFile(host: LabelHost, id: string): string {
  return join(registryFolder(host.registry, 'relabel'), `${id}.json`);
}

function treeId({ path, element }: RelabelTarget): string {
  try {
    return treeIdOf(path);
  } catch (cause) {
    throw systemError(`cannot label ${element}`, cause, { path, domain: 'SECURITY' });
  }
}

function treeIdOrNone({ path }: RelabelTarget): string | undefined {
  try {
    return treeIdOf(path);
  } catch {
    return undefined;
  }
}

function treeIdOf(path: string): string {
  const tree = openTree(path);
  try {
    const { dev, ino } = fstatSync(tree, { bigint: true });
    return `${dev}-${ino}`;
  } finally {
    closeSync(tree);
  }
}

function busy({ element }: RelabelTarget, path: string): VirtError {
  return new VirtError(
    'RESOURCE_BUSY',
    `cannot label ${element}: ${quote(path)} has the label of a running container`,
    {
      domain: 'SECURITY',
      path,
      hint: "use relabel='no' in <seclabel>, or give each container a directory of its own",
    },
  );
}
