/** Freezing and thawing a container's processes. */
import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VirtError, systemError } from '../../errors.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';

const FREEZE_TIMEOUT_MS = 1000;

/** True when the container is frozen, or on its way there. */
export async function isFrozen(groups: readonly Group[]): Promise<boolean> {
  const unified = unifiedGroup(groups);
  if (unified) return (await readFile(join(unified.directory, 'cgroup.freeze'), 'utf8')).trim() === '1';
  const v1 = groupOf(groups, 'freezer');
  if (!v1) return false;
  return (await readFile(join(v1.directory, 'freezer.state'), 'utf8')).trim() !== 'THAWED';
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

/** The v1 freezer has no notification: its state file is read until it says FROZEN. */
async function freezeV1(group: Group): Promise<boolean> {
  const state = join(group.directory, 'freezer.state');
  await writeFile(state, 'FROZEN');
  const deadline = performance.now() + FREEZE_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if ((await readFile(state, 'utf8')).trim() === 'FROZEN') return true;
    await delay(1);
  }
  return false;
}
