/** What a domain is held to, and how that is changed. */
import type { AffectOptions } from './affected.js';
import { MeasuredDomain } from './domain-statistics.js';
import type { KernelLimit } from './definition/domain/index.js';
import { changeBlkioParameters, readBlkioParameters } from './tuning/blkio.js';
import {
  changeMemory,
  changeMemoryParameters,
  readMaxMemory,
  readMemoryParameters,
  type SetMemoryOptions,
} from './tuning/memory.js';
import { changeNumaParameters, readNumaParameters } from './tuning/numa.js';
import type {
  BlkioParameters,
  MemoryParameters,
  NumaParameters,
  SchedulerParameters,
} from './tuning/parameters.js';
import { changePidsLimit, readPidsLimit } from './tuning/pids.js';
import { changeSchedulerParameters, readSchedulerParameters } from './tuning/scheduler.js';

/**
 * A handle that also limits. What changes a running domain changes the kernel's limits and the live definition; a value
 * that is refused leaves the old one in force. The definition that is meant is the live one of an active domain and the
 * stored one of an inactive one, unless the options say `live` or `config`; a reading can't take both.
 */
export abstract class TunableDomain extends MeasuredDomain {
  /** The most memory that the domain can be given, KiB. Mirrors `virDomainGetMaxMemory`. */
  async getMaxMemory(): Promise<number> {
    return readMaxMemory(this.view);
  }

  /**
   * Changes the most memory that an inactive domain can be given. Mirrors `virDomainSetMaxMemory`.
   * @param memoryKiB - KiB; what the domain starts with is lowered to it.
   * @throws VirtError OPERATION_INVALID when the domain is active; INVALID_ARG for a bad number.
   */
  async setMaxMemory(memoryKiB: number): Promise<void> {
    await changeMemory(this.view, memoryKiB, { maximum: true });
  }

  /**
   * Changes the memory that the domain has. Mirrors `virDomainSetMemoryFlags`.
   * @param memoryKiB - KiB, no more than {@link TunableDomain.getMaxMemory}. It takes the place of a `hard_limit` too.
   * @throws VirtError INVALID_ARG for a bad number; OPERATION_FAILED when the container uses more and can't be reduced;
   * OPERATION_INVALID for a definition that the domain does not have.
   */
  async setMemory(memoryKiB: number, options: SetMemoryOptions = {}): Promise<void> {
    await changeMemory(this.view, memoryKiB, options);
  }

  /**
   * Limits of memory, KiB; of a running domain those in the kernel. Mirrors `virDomainGetMemoryParameters`.
   * @throws VirtError INVALID_ARG for `live` and `config` at once.
   */
  async getMemoryParameters(options: AffectOptions = {}): Promise<MemoryParameters> {
    return readMemoryParameters(this.view, options);
  }

  /**
   * Changes limits of memory, KiB; those that are absent stay. Mirrors `virDomainSetMemoryParameters`.
   * @throws VirtError INVALID_ARG for a bad number or a `hard_limit` above `swap_hard_limit`; OPERATION_FAILED when the
   * container uses more and can't be reduced; OPERATION_INVALID when the host has no controller for it.
   */
  async setMemoryParameters(
    parameters: Partial<MemoryParameters>,
    options: AffectOptions = {},
  ): Promise<void> {
    await changeMemoryParameters(this.view, parameters, options);
  }

  /** Always `'posix'`. Mirrors `virDomainGetSchedulerType`. */
  async getSchedulerType(): Promise<'posix'> {
    await this.view.look('virDomainGetSchedulerType');
    return 'posix';
  }

  /**
   * CPU time. Mirrors `virDomainGetSchedulerParametersFlags`.
   * @throws VirtError INVALID_ARG for `live` and `config` at once.
   */
  async getSchedulerParameters(options: AffectOptions = {}): Promise<SchedulerParameters> {
    return readSchedulerParameters(this.view, options);
  }

  /**
   * Changes how much CPU time the container gets. Mirrors `virDomainSetSchedulerParametersFlags`.
   * @throws VirtError INVALID_ARG for a number out of range; OPERATION_INVALID when the host has no controller for it.
   */
  async setSchedulerParameters(
    parameters: Partial<SchedulerParameters>,
    options: AffectOptions = {},
  ): Promise<void> {
    await changeSchedulerParameters(this.view, parameters, options);
  }

  /**
   * Block I/O. Mirrors `virDomainGetBlkioParameters`.
   * @throws VirtError INVALID_ARG for `live` and `config` at once.
   */
  async getBlkioParameters(options: AffectOptions = {}): Promise<BlkioParameters> {
    return readBlkioParameters(this.view, options);
  }

  /**
   * Changes limits of block I/O; devices that are not named keep theirs. Mirrors `virDomainSetBlkioParameters`.
   * @throws VirtError INVALID_ARG for a bad list or number; OPERATION_INVALID when the host has no controller for it.
   */
  async setBlkioParameters(parameters: Partial<BlkioParameters>, options: AffectOptions = {}): Promise<void> {
    await changeBlkioParameters(this.view, parameters, options);
  }

  /**
   * NUMA nodes that memory comes from. Mirrors `virDomainGetNumaParameters`.
   * @throws VirtError INVALID_ARG for `live` and `config` at once.
   */
  async getNumaParameters(options: AffectOptions = {}): Promise<NumaParameters> {
    return readNumaParameters(this.view, options);
  }

  /**
   * Changes the NUMA nodes that memory comes from. Mirrors `virDomainSetNumaParameters`.
   * @throws VirtError INVALID_ARG for a bad set of nodes; OPERATION_INVALID for another mode, and for nodes outside of
   * mode `strict`, in a running domain.
   */
  async setNumaParameters(parameters: Partial<NumaParameters>, options: AffectOptions = {}): Promise<void> {
    await changeNumaParameters(this.view, parameters, options);
  }

  /** How many processes and threads the container may have. @throws VirtError INVALID_ARG for `live` and `config` at once. */
  async getPidsLimit(options: AffectOptions = {}): Promise<KernelLimit> {
    return readPidsLimit(this.view, options);
  }

  /**
   * Changes how many processes and threads the container may have; those beyond it go on, but no new ones begin.
   * @param limit - 1 to 4194304, or `unlimited`.
   * @throws VirtError INVALID_ARG for another number; OPERATION_INVALID when the host has no controller for it.
   */
  async setPidsLimit(limit: KernelLimit, options: AffectOptions = {}): Promise<void> {
    await changePidsLimit(this.view, limit, options);
  }
}
