/** What a container uses now: one read per file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DomainInfo } from '../../driver.js';
import { VirtError } from '../../errors.js';
import { isErrno } from '../errno.js';
import { isFrozen } from './freezer.js';
import { groupOf, unifiedGroup, type Group } from './layout.js';

/** State and use of an active container; undefined when it has ended meanwhile. */
export async function currentUse(
  groups: readonly Group[],
): Promise<Pick<DomainInfo, 'state' | 'memoryKiB' | 'cpuTimeNs'> | undefined> {
  try {
    const [memory, cpuTime, frozen] = await Promise.all([
      memoryUsageKiB(groups),
      cpuTimeNs(groups),
      isFrozen(groups),
    ]);
    if (cpuTime === undefined) throw new VirtError('OPERATION_FAILED', 'Cannot read cputime for domain');
    return { state: frozen ? 'paused' : 'running', memoryKiB: memory, cpuTimeNs: cpuTime };
  } catch (cause) {
    if (isErrno(cause, 'ENOENT') || isErrno(cause, 'ENODEV')) return undefined;
    throw cause;
  }
}

/** Memory charged to the container, KiB; 0 when no controller counts it. */
async function memoryUsageKiB(groups: readonly Group[]): Promise<number> {
  const v1 = groupOf(groups, 'memory');
  const unified = unifiedGroup(groups);
  const path = v1
    ? join(v1.directory, 'memory.usage_in_bytes')
    : unified && join(unified.directory, 'memory.current');
  return path === undefined ? 0 : Number((await readNumber(path)) / 1024n);
}

/** CPU time used, nanoseconds; undefined when no controller counts it. */
async function cpuTimeNs(groups: readonly Group[]): Promise<bigint | undefined> {
  const v1 = groupOf(groups, 'cpuacct');
  if (v1) return readNumber(join(v1.directory, 'cpuacct.usage'));
  const unified = unifiedGroup(groups);
  if (!unified) return undefined;
  const stat = await readFile(join(unified.directory, 'cpu.stat'), 'utf8');
  const microseconds = /^usage_usec (\d+)$/m.exec(stat)?.[1];
  return microseconds === undefined ? undefined : BigInt(microseconds) * 1000n;
}

async function readNumber(path: string): Promise<bigint> {
  return BigInt((await readFile(path, 'utf8')).trim());
}
