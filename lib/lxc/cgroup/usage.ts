/** What a container uses now: one read per file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupOf, unifiedGroup, type Group } from './layout.js';

/** Memory charged to the container, KiB; 0 when no controller counts it. */
export async function memoryUsageKiB(groups: readonly Group[]): Promise<number> {
  const v1 = groupOf(groups, 'memory');
  const unified = unifiedGroup(groups);
  const path = v1
    ? join(v1.directory, 'memory.usage_in_bytes')
    : unified && join(unified.directory, 'memory.current');
  return path === undefined ? 0 : Number((await readNumber(path)) / 1024n);
}

/** CPU time used, nanoseconds; undefined when no controller counts it. */
export async function cpuTimeNs(groups: readonly Group[]): Promise<bigint | undefined> {
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
