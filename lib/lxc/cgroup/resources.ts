/** What a container is held to, in the kernel's units, whichever version of cgroups does it. */
import {
  cpuQuota,
  hugePageName,
  limitedNodes,
  memoryLimitKiB,
  swapLimitKiB,
  type BlkiotuneDevice,
  type CompleteDomain,
  type KernelLimit,
} from '../../definition/domain/index.js';
import type { LimitKind } from '../../driver.js';
import { VirtError, quote, systemError, type VirtErrorCode } from '../../errors.js';
import { lookUpDevice, type LookUpDevice } from '../security/devices/host-nodes.js';

export interface MemoryResources {
  readonly limitBytes: bigint;
  /** Of swap alone; undefined: as much as there is. */
  readonly swapBytes: bigint | undefined;
  /** Whether the definition says anything about swap. */
  readonly limitsSwap: boolean;
  readonly softLimitBytes: bigint | undefined;
  /** The element that sets the limit, for messages. */
  readonly element: string;
}

export interface CpuResources {
  readonly shares: number | undefined;
  readonly periodMicroseconds: number | undefined;
  /** Of the whole container; negative: none. */
  readonly quotaMicroseconds: number | undefined;
}

export interface CpusetResources {
  readonly cpus: string | undefined;
  readonly nodes: string | undefined;
}

/** A device of the host with its limits. */
export interface BlockDeviceResources extends BlkiotuneDevice {
  /** `major:minor` */
  readonly number: string;
}

export interface BlockResources {
  readonly weight: number | undefined;
  readonly devices: readonly BlockDeviceResources[];
}

export interface HugetlbResources {
  /** As the kernel's files name it: `2MB`. */
  readonly size: string;
  readonly limitBytes: bigint;
}

/** One of each kind. */
export interface Resources extends Readonly<Record<LimitKind, unknown>> {
  readonly memory: MemoryResources;
  readonly cpu: CpuResources;
  readonly cpuset: CpusetResources;
  readonly block: BlockResources;
  readonly pids: KernelLimit;
  readonly hugetlb: readonly HugetlbResources[];
}

export type ResourceKind = LimitKind;

export interface ResourceOptions {
  readonly refused?: VirtErrorCode;
  readonly lookUp?: LookUpDevice;
}

/**
 * @param pids - with the default of the container's kind
 * @param refused - the code for a device of `<blkiotune>` that is none
 * @throws VirtError that code; SYSTEM_ERROR for a device that is not there
 */
export function resourcesOf(
  definition: CompleteDomain,
  pids: KernelLimit,
  { refused = 'CONFIG_UNSUPPORTED', lookUp = lookUpDevice }: ResourceOptions = {},
): Resources {
  const { blkiotune, cputune, extensions } = definition;
  return {
    memory: memoryResources(definition),
    cpu: {
      shares: cputune?.shares,
      periodMicroseconds: cputune?.periodMicroseconds,
      quotaMicroseconds: cpuQuota(definition),
    },
    cpuset: { cpus: definition.cpuset, nodes: limitedNodes(definition) },
    block: {
      weight: blkiotune?.weight,
      devices: (blkiotune?.devices ?? []).map((device) => ({
        ...device,
        number: deviceNumber(device.path, { refused, lookUp }),
      })),
    },
    pids,
    hugetlb: (extensions?.hugetlb ?? []).map(({ sizeKiB, limitKiB }) => ({
      size: hugePageName(sizeKiB),
      limitBytes: bytes(limitKiB),
    })),
  };
}

function memoryResources(definition: CompleteDomain): MemoryResources {
  const { hardLimitKiB, softLimitKiB, swapHardLimitKiB } = definition.memtune ?? {};
  const swapKiB = swapLimitKiB(definition);
  return {
    limitBytes: bytes(memoryLimitKiB(definition)),
    swapBytes: swapKiB === undefined ? undefined : bytes(swapKiB),
    limitsSwap: swapHardLimitKiB !== undefined,
    softLimitBytes: softLimitKiB === undefined ? undefined : bytes(softLimitKiB),
    element: hardLimitKiB === undefined ? '<memory>' : '<hard_limit>',
  };
}

function deviceNumber(path: string, { refused, lookUp }: Required<ResourceOptions>): string {
  const where = `<blkiotune> device ${quote(path)}`;
  try {
    const { kind, major, minor } = lookUp(path);
    if (kind === 'b') return `${major}:${minor}`;
  } catch (cause) {
    throw systemError(where, cause, { path });
  }
  throw new VirtError(refused, `${where}: Path must identify a block device`, {
    hint: 'name a whole disk of the host, such as /dev/sda',
  });
}

function bytes(sizeKiB: number): bigint {
  return BigInt(sizeKiB) * 1024n;
}
