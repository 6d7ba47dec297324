/** What a running domain uses. */
import { DomainHandle } from './domain-handle.js';
import { VirtError, quote } from './errors.js';
import { watchStats, type StatsOptions, type StatsStream, type WatchStatsOptions } from './stats-stream.js';
import {
  STATS_GROUPS,
  type BlockStats,
  type ContainerProcess,
  type CpuStats,
  type DomainStats,
  type InterfaceStats,
  type MemoryStats,
  type StatsGroup,
} from './statistics.js';

/** A handle that also measures. Every method rejects with OPERATION_INVALID when the domain is not running. */
export abstract class MeasuredDomain extends DomainHandle {
  /**
   * CPU time, in total and on each CPU of the host. Mirrors `virDomainGetCPUStats`.
   * @throws VirtError OPERATION_INVALID also when the host does not count CPU time.
   */
  async getCPUStats(): Promise<CpuStats> {
    return counted((await this.#read('virDomainGetCPUStats', 'cpu')).cpu, 'CPU time: no cpuacct controller');
  }

  /**
   * Memory in KiB. Mirrors `virDomainMemoryStats`.
   * @throws VirtError OPERATION_INVALID also when the host does not count memory.
   */
  async memoryStats(): Promise<MemoryStats> {
    return counted(
      (await this.#read('virDomainMemoryStats', 'memory')).memory,
      'memory: no memory controller',
    );
  }

  /**
   * Block I/O. Mirrors `virDomainBlockStats`.
   * @param device - a device of the host by its name or path (`sda`, `/dev/sda`); all of them together when empty.
   * @throws VirtError INVALID_ARG for a device that the container has not used; OPERATION_INVALID also when the host
   * does not count block I/O.
   */
  async blockStats(device = ''): Promise<BlockStats> {
    const { block } = await this.#read('virDomainBlockStats', 'block');
    const devices = counted(block, 'block I/O: no blkio controller');
    if (device === '') return devices.reduce(addBlockStats, NO_BLOCK_IO);
    const name = device.replace(/^\/dev\//u, '');
    const found = devices.find((candidate) => candidate.device === name);
    if (!found) throw new VirtError('INVALID_ARG', `invalid path: ${quote(device)}`);
    return found;
  }

  /**
   * Traffic of one network interface. Mirrors `virDomainInterfaceStats`, which takes the host's end.
   * @param name - its name inside the container.
   * @throws VirtError INVALID_ARG when the container has no such interface; OPERATION_INVALID also while it reboots.
   */
  async interfaceStats(name: string): Promise<InterfaceStats> {
    const { interface: interfaces } = await this.#read('virDomainInterfaceStats', 'interface');
    if (!interfaces) {
      throw new VirtError('OPERATION_INVALID', 'the container has no network now: it is rebooting or ending');
    }
    const found = interfaces.find((candidate) => candidate.name === name);
    if (!found) throw new VirtError('INVALID_ARG', `invalid path, ${quote(name)} is not a known interface`);
    return found;
  }

  /**
   * One reading of several groups. Mirrors `virDomainListGetStats`.
   * @throws VirtError INVALID_ARG for an unknown group.
   */
  async getStats(options: StatsOptions = {}): Promise<DomainStats> {
    const driver = this.view.session.reading('virDomainListGetStats');
    return driver.getStats(this.uuid, checkGroups(options.groups));
  }

  /**
   * A reading now, and another one every `intervalMs`, until the domain stops or the loop is left.
   * @throws VirtError INVALID_ARG for a bad interval or group; OPERATION_INVALID when the domain is not running.
   * @example
   * for await (const { memory } of domain.watchStats({ intervalMs: 1000 })) console.log(memory?.usageKiB);
   */
  watchStats(options: WatchStatsOptions): StatsStream {
    return watchStats(this.view, { ...options, groups: checkGroups(options.groups) });
  }

  /** The processes of the container, with their numbers inside and on the host. */
  async listProcesses(): Promise<readonly ContainerProcess[]> {
    return this.view.session.reading('listProcesses').listProcesses(this.uuid);
  }

  #read(name: string, group: StatsGroup): Promise<DomainStats> {
    return this.view.session.reading(name).getStats(this.uuid, [group]);
  }
}

/** @throws VirtError INVALID_ARG for a group that does not exist. */
export function checkGroups(groups: readonly StatsGroup[] = STATS_GROUPS): readonly StatsGroup[] {
  const unknown = groups.find((group) => !STATS_GROUPS.includes(group));
  if (unknown === undefined) return groups;
  throw new VirtError('INVALID_ARG', `unknown group of statistics ${quote(unknown)}`, {
    hint: `the groups are ${STATS_GROUPS.join(', ')}`,
  });
}

const NO_BLOCK_IO: BlockStats = { readRequests: 0n, readBytes: 0n, writeRequests: 0n, writeBytes: 0n };

function addBlockStats(sum: BlockStats, one: BlockStats): BlockStats {
  return {
    readRequests: sum.readRequests + one.readRequests,
    readBytes: sum.readBytes + one.readBytes,
    writeRequests: sum.writeRequests + one.writeRequests,
    writeBytes: sum.writeBytes + one.writeBytes,
  };
}

function counted<T>(stats: T | undefined, missing: string): T {
  if (stats !== undefined) return stats;
  throw new VirtError('OPERATION_INVALID', `the host does not count ${missing} is mounted`, {
    domain: 'CGROUP',
  });
}
