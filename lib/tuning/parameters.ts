/** Limits as libvirt's typed parameters: its names, units and ranges. */
import type { NumatuneMode } from '../definition/domain/index.js';

/** libvirt's number for memory without a limit, KiB. */
export const MEMORY_UNLIMITED = 9007199254740991;

/** KiB; {@link MEMORY_UNLIMITED} for no limit. Mirrors the parameters of `virDomainSetMemoryParameters`. */
export interface MemoryParameters {
  /** Memory that the container can't exceed. */
  readonly hard_limit: number;
  /** Memory that the container is brought back to when the host is short of it. */
  readonly soft_limit: number;
  /** Memory and swap together; not below `hard_limit`. */
  readonly swap_hard_limit: number;
}

/** Mirrors the parameters of `virDomainSetSchedulerParametersFlags`. */
export interface SchedulerParameters {
  /** Weight among all containers, 2 to 262144; 1024 is the kernel's default. */
  readonly cpu_shares: number;
  /** Microseconds, 1000 to 1000000. */
  readonly vcpu_period: number;
  /** CPU time of the whole container in a period: microseconds, 1000 to 17592186044415; negative for no limit. */
  readonly vcpu_quota: number;
}

/**
 * Mirrors the parameters of `virDomainSetBlkioParameters`. Those of devices are lists `path,value,path,value`, a value of
 * 0 removes the limit of that device.
 */
export interface BlkioParameters {
  /** Share among all containers, 1 to 10000; 0 for the kernel's default. */
  readonly weight: number;
  readonly device_weight: string;
  /** Reads a second. */
  readonly device_read_iops_sec: string;
  /** Writes a second. */
  readonly device_write_iops_sec: string;
  /** Bytes read a second. */
  readonly device_read_bytes_sec: string;
  /** Bytes written a second. */
  readonly device_write_bytes_sec: string;
}

/** Mirrors the parameters of `virDomainSetNumaParameters`. */
export interface NumaParameters {
  readonly numa_mode: NumatuneMode;
  /** Nodes of the host, for example `0-1`. */
  readonly numa_nodeset: string;
}
