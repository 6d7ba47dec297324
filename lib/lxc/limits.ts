/** What a domain is held to, and the change of it while it runs. */
import { definedLimits } from '../defined-limits.js';
import { sharesOf, weightOf, type CompleteDomain } from '../definition/domain/index.js';
import type { LimitKind, Limits } from '../driver.js';
import { changeLimits } from './cgroup/change.js';
import { controllerGroup } from './cgroup/layout.js';
import { readLimits } from './cgroup/limits.js';
import { resourcesOf, type Resources } from './cgroup/resources.js';
import type { NumberedDevice } from './cgroup/version.js';
import { lookUpDevice } from './security/devices/host-nodes.js';
import { DeviceNames } from './statistics/device-names.js';
import type { LiveRecord } from './store/live-record.js';

/** Those in force, read from the kernel. */
export async function kernelLimits({ definition, cgroups: { groups } }: LiveRecord): Promise<Limits> {
  const { shares, periodMicroseconds, quotaMicroseconds, memoryMode, pids } = definedLimits(definition);
  const { blockDevices, ...kernel } = await readLimits(groups);
  return {
    ...{ shares, periodMicroseconds, quotaMicroseconds, memoryMode, pids },
    ...kernel,
    ...(isUnified(groups) ? { shares: sharesBefore(shares, kernel.shares) } : {}),
    blockDevices: withPaths(blockDevices ?? [], definition),
  };
}

function isUnified(groups: LiveRecord['cgroups']['groups']): boolean {
  return controllerGroup(groups, 'cpu')?.version === 2;
}

/** Several numbers of shares have the same weight: the one that was asked for is the one that is meant. */
function sharesBefore(asked: number, kernel = asked): number {
  return sharesOf(weightOf(asked)) === kernel ? asked : kernel;
}

function withPaths(
  devices: readonly NumberedDevice[],
  { blkiotune }: CompleteDomain,
): Limits['blockDevices'] {
  const paths = new Map((blkiotune?.devices ?? []).map(({ path }) => [numberOf(path), path]));
  const names = new DeviceNames();
  return devices.map(({ number, ...limits }) => ({
    path: paths.get(number) ?? pathOf(number, names.nameOf(number)),
    ...limits,
  }));
}

function pathOf(number: string, name: string): string {
  return name === number ? `/dev/block/${number}` : `/dev/${name}`;
}

function numberOf(path: string): string | undefined {
  try {
    const { major, minor } = lookUpDevice(path);
    return `${major}:${minor}`;
  } catch {
    return undefined; // it has been taken away
  }
}

/** What of a definition is a limit in the kernel. */
const TUNING = [
  'currentMemoryKiB',
  'memtune',
  'vcpus',
  'cputune',
  'cpuset',
  'numatune',
  'extensions',
] as const;

/**
 * Changes the kernel's limits from those of one record to those of another; returns what changes them back.
 * @param always - kinds that the kernel is told even if the records agree
 * @throws VirtError as {@link changeLimits}
 */
export async function changeKernelLimits(
  before: LiveRecord,
  after: LiveRecord,
  always: readonly LimitKind[] = [],
): Promise<() => Promise<void>> {
  const [from, to] = [before.definition, after.definition];
  const sameDevices = from.blkiotune === to.blkiotune;
  const isSame = sameDevices && TUNING.every((key) => from[key] === to[key]);
  if (isSame && always.length === 0) return () => Promise.resolve();
  const resources = ({ definition, security }: LiveRecord): Resources => {
    const { blkiotune, ...rest } = definition;
    // A device that has been taken away meanwhile is in nobody's way.
    return resourcesOf(sameDevices || !blkiotune ? rest : definition, security.pids, {
      refused: 'INVALID_ARG',
    });
  };
  return changeLimits(before.cgroups.groups, {
    before: resources(before),
    after: resources(after),
    always,
  });
}
