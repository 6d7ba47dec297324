/** Freezing and thawing a container's processes. */
import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { VirtError, systemError } from '../../errors.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';

const FREEZE_TIMEOUT_MS = 1000;
/** Of the v1 freezer. */
const LOOKS_AT_ONCE = 20;
const MAX_PAUSE_MS = 10;

/** The file that tells whether a container is frozen, and what it says then. */
export interface FreezerFile {
  readonly directory: string;
  readonly name: string;
  /** True when the container is frozen, or on its way there. */
  readonly saysFrozen: (text: string) => boolean;
}

/** Version 2 freezes even on a host that has the freezer of version 1, too. */
export function freezerFile(groups: readonly Group[]): FreezerFile | undefined {
  const unified = unifiedGroup(groups)?.directory;
  if (unified !== undefined) {
    return { directory: unified, name: 'cgroup.freeze', saysFrozen: (text) => text.trim() === '1' };
  }
  const v1 = groupOf(groups, 'freezer')?.directory;
  if (v1 === undefined) return undefined;
  return { directory: v1, name: 'freezer.state', saysFrozen: (text) => text.trim() !== 'THAWED' };
}

/** True when the container is frozen, or on its way there. */
export async function isFrozen(groups: readonly Group[]): Promise<boolean> {
  const file = freezerFile(groups);
  return file?.saysFrozen(await readFile(join(file.directory, file.name), 'utf8')) ?? false;
}

/**
 * Stops every process of the container; resolves when all have stopped. A container that does not freeze
 * within a second is thawed again. Even on a hybrid host the v2 hierarchy does it: it tells when it is done.
 */
export async function freeze(groups: readonly Group[]): Promise<void> {
  const unified = unifiedGroup(groups);
  try {
    const frozen = unified ? await freezeUnified(unified) : await freezeV1(freezerGroup(groups));
    if (frozen) return;
  } catch (cause) {
    throw systemError('Suspend operation failed', cause, { domain: 'CGROUP' });
  }
  await thaw(groups);
  throw new VirtError('OPERATION_FAILED', 'Suspend operation failed: the processes did not stop in time', {
    domain: 'CGROUP',
  });
}

export async function thaw(groups: readonly Group[]): Promise<void> {
  const unified = unifiedGroup(groups);
  try {
    if (unified) await writeFile(join(unified.directory, 'cgroup.freeze'), '0');
    else await writeFile(join(freezerGroup(groups).directory, 'freezer.state'), 'THAWED');
  } catch (cause) {
    throw systemError('Resume operation failed', cause, { domain: 'CGROUP' });
  }
}

function freezerGroup(groups: readonly Group[]): Group {
  const group = groupOf(groups, 'freezer');
  if (group) return group;
  throw new VirtError('OPERATION_INVALID', 'no cgroup freezer is mounted', { domain: 'CGROUP' });
}

async function freezeUnified(group: Group): Promise<boolean> {
  const events = join(group.directory, 'cgroup.events');
  const frozen = async (): Promise<boolean> => (await readFile(events, 'utf8')).includes('frozen 1');
  // The kernel marks cgroup.events as modified when the last process has stopped.
  const watcher = watch(events);
  const timeout = new AbortController();
  try {
    const changed = new Promise<boolean>((resolve, reject) => {
      watcher.on(
        'change',
        () =>
          void frozen().then((done) => {
            if (done) resolve(true);
          }, reject),
      );
      watcher.on('error', reject);
    });
    // The group may vanish with its container at any moment, also when nobody waits for this any more.
    changed.catch(() => undefined);
    const late = delay(FREEZE_TIMEOUT_MS, false, { signal: timeout.signal }).catch(() => false);
    await writeFile(join(group.directory, 'cgroup.freeze'), '1');
    return (await frozen()) || (await Promise.race([changed, late]));
  } finally {
    timeout.abort();
    watcher.close();
  }
}

/**
 * The v1 freezer tells nobody when it is done, and only finds out itself when it is asked: see docs/decisions.md. An idle
 * container has stopped at the first look, a busy one within a few milliseconds.
 */
async function freezeV1(group: Group): Promise<boolean> {
  const state = join(group.directory, 'freezer.state');
  const deadline = performance.now() + FREEZE_TIMEOUT_MS;
  for (let look = 1; ; look++) {
    // Each time: it also tells those again that did not hear of it, as the kernel's documentation asks for.
    await writeFile(state, 'FROZEN');
    if ((await readFile(state, 'utf8')).trim() === 'FROZEN') return true;
    if (performance.now() >= deadline) return false;
    if (look <= LOOKS_AT_ONCE) await immediate();
    else await delay(Math.min(look - LOOKS_AT_ONCE, MAX_PAUSE_MS));
  }
}
