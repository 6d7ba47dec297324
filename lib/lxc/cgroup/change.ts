/** Changing the limits of a running container. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtError } from '../../errors.js';
import type { Group } from './layout.js';
import { limitFiles, type GroupFile } from './limits.js';
import { readFirst } from './limit-text.js';
import type { ResourceKind, Resources } from './resources.js';
import { writeLimit } from './write-limit.js';

/** A limit that gets another value. */
interface Change {
  readonly from: GroupFile;
  readonly to: GroupFile;
}

export interface LimitChange {
  readonly before: Resources;
  readonly after: Resources;
  /** What is compared with the kernel's own values, and not with those that were set before. */
  readonly always?: readonly ResourceKind[];
}

/**
 * All of them, or none: what has been written is put back when one is refused.
 *
 * @returns puts the old limits back, for when something else fails
 * @throws VirtError INVALID_ARG for a value that the kernel does not take; OPERATION_FAILED when the container uses more
 * than it is to have; OPERATION_INVALID when no hierarchy of the host has the controller
 */
export async function changeLimits(
  groups: readonly Group[],
  { before, after, always = [] }: LimitChange,
): Promise<() => Promise<void>> {
  const done: Change[] = [];
  const filesOf = (resources: Resources): GroupFile[] => limitFiles(groups, resources, 'OPERATION_INVALID');
  const undo = async (): Promise<void> => {
    for (const { from } of done.splice(0).reverse()) await writeLimit(from, 'INVALID_ARG');
  };
  try {
    const [old, wanted] = [filesOf(before), filesOf(after)];
    const inForce = await Promise.all(wanted.filter((file) => isCompared(file, always)).map(readInForce));
    for (const change of inOrder(changesBetween([...old, ...inForce], wanted))) {
      if (change.to.reclaims === true) await makeRoom(change.to);
      await writeLimit(change.to, 'INVALID_ARG');
      done.push(change);
    }
  } catch (cause) {
    // The first error is the one to report; the old values were in force a moment ago.
    await undo().catch(() => undefined);
    throw cause;
  }
  return undo;
}

/** An inherited value, and a device among others, are what they were set to. */
function isCompared({ kind, value, device }: GroupFile, always: readonly ResourceKind[]): boolean {
  return always.includes(kind) && value !== '' && device === undefined;
}

async function readInForce(file: GroupFile): Promise<GroupFile> {
  return { ...file, value: (await readFirst(file.group.directory, file.names)) ?? file.value };
}

function changesBetween(before: readonly GroupFile[], after: readonly GroupFile[]): Change[] {
  const [old, wanted] = [byFile(before), byFile(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((key) => {
    const [one, other] = [old.get(key), wanted.get(key)];
    const from = one ?? (other && { ...other, value: other.initial });
    const to = other ?? (one && { ...one, value: one.initial });
    return from && to && from.value !== to.value ? [{ from, to }] : [];
  });
}

function byFile(files: readonly GroupFile[]): Map<string, GroupFile> {
  return new Map(files.map((file) => [[file.group.directory, file.names[0], file.device].join('\n'), file]));
}

/** The kernel keeps memory and swap together at or above memory at every moment. */
function inOrder(changes: readonly Change[]): Change[] {
  const first = changes.filter(({ from, to }) => to.outermost === true && isRaised(from.value, to.value));
  return [...first, ...changes.filter((change) => !first.includes(change))];
}

function isRaised(from: string, to: string): boolean {
  if (from === '-1') return false;
  return to === '-1' || BigInt(to) > BigInt(from);
}

/**
 * Version 1 refuses a limit below what is used; version 2 takes it, and kills. So what can be given up is given up
 * before, and the rest is an error.
 */
async function makeRoom({ group: { directory }, value, element }: GroupFile): Promise<void> {
  if (value === 'max') return;
  const current = async (): Promise<bigint> =>
    BigInt((await readFile(join(directory, 'memory.current'), 'utf8')).trim());
  const excess = (await current()) - BigInt(value);
  if (excess <= 0n) return;
  // Fails when it can't reclaim all of it, and is newer (5.19) than what we need otherwise.
  await writeFile(join(directory, 'memory.reclaim'), String(excess)).catch(() => undefined);
  if ((await current()) <= BigInt(value)) return;
  throw new VirtError('OPERATION_FAILED', `${element}: the container uses more than ${value} bytes`, {
    domain: 'CGROUP',
    hint: 'stop some of its processes, or choose a higher limit',
  });
}
