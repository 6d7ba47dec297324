/** What a container is held to, in the kernel's units, whichever version of cgroups does it. */
import type { BlkiotuneDevice, CompleteDomain, KernelLimit } from '../../definition/domain/index.js';
import { VirtError, quote, systemError } from '../../errors.js';
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

export interface Resources {
  readonly memory: MemoryResources;
  readonly cpu: CpuResources;
  readonly cpuset: CpusetResources;
  readonly block: BlockResources;
  readonly pids: KernelLimit;
  readonly hugetlb: readonly HugetlbResources[];
}

export type ResourceKind = keyof Resources;

/** The kernel's period where none is said, microseconds. */
const DEFAULT_PERIOD = 100_000;

/**
 * @param pids - with the default of the container's kind
 * @throws VirtError CONFIG_UNSUPPORTED for a device of `<blkiotune>` that is none
 */
export function resourcesOf(
  definition: CompleteDomain,
  pids: KernelLimit,
  lookUp: LookUpDevice = lookUpDevice,
): Resources {
  const { blkiotune, extensions } = definition;
  return {
    memory: memoryResources(definition),
    cpu: cpuResources(definition),
    cpuset: { cpus: definition.cpuset, nodes: cpusetNodes(definition) },
    block: {
      weight: blkiotune?.weight,
      devices: (blkiotune?.devices ?? []).map((device) => ({
        ...device,
        number: deviceNumber(device.path, lookUp),
      })),
    },
    pids,
    hugetlb: (extensions?.hugetlb ?? []).map(({ sizeKiB, limitKiB }) => ({
      size: pageSizeName(sizeKiB),
      limitBytes: bytes(limitKiB),
    })),
  };
}

/** Without a word about swap there is none. */
function memoryResources({ memtune, currentMemoryKiB }: CompleteDomain): MemoryResources {
  const { hardLimitKiB, softLimitKiB, swapHardLimitKiB } = memtune ?? {};
  const limitKiB = hardLimitKiB ?? currentMemoryKiB;
  const together = swapHardLimitKiB ?? limitKiB;
  return {
    limitBytes: bytes(limitKiB),
    swapBytes: isUnlimited(together) ? undefined : bytes(Math.max(together - limitKiB, 0)),
    limitsSwap: swapHardLimitKiB !== undefined,
    softLimitBytes: softLimitKiB === undefined ? undefined : bytes(softLimitKiB),
    element: hardLimitKiB === undefined ? '<memory>' : '<hard_limit>',
  };
}

/** With `<virtainer:vcpuLimit>` the number of CPUs is a quota; a quota that is said too can only be lower. */
function cpuResources({ cputune, extensions, vcpus }: CompleteDomain): CpuResources {
  const { shares, periodMicroseconds, quotaMicroseconds } = cputune ?? {};
  const whole = vcpus * (periodMicroseconds ?? DEFAULT_PERIOD);
  const own = quotaMicroseconds !== undefined && quotaMicroseconds > 0 ? quotaMicroseconds : undefined;
  const quota = extensions?.vcpuLimit === true ? Math.min(whole, own ?? whole) : quotaMicroseconds;
  return { shares, periodMicroseconds, quotaMicroseconds: quota };
}

/** The other modes are a policy of the processes: see the plan. */
function cpusetNodes({ numatune }: CompleteDomain): string | undefined {
  const memory = numatune?.memory;
  return memory?.mode === 'preferred' || memory?.mode === 'interleave' ? undefined : memory?.nodeset;
}

function deviceNumber(path: string, lookUp: LookUpDevice): string {
  const where = `<blkiotune> device ${quote(path)}`;
  try {
    const { kind, major, minor } = lookUp(path);
    if (kind === 'b') return `${major}:${minor}`;
  } catch (cause) {
    throw systemError(where, cause, { path });
  }
  throw new VirtError('CONFIG_UNSUPPORTED', `${where}: Path must identify a block device`, {
    hint: 'name a whole disk of the host, such as /dev/sda',
  });
}

/** As the kernel names its files: the biggest unit that leaves a whole number. */
function pageSizeName(sizeKiB: number): string {
  const units = ['KB', 'MB', 'GB'];
  let [size, unit] = [sizeKiB, 0];
  while (size % 1024 === 0 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${size}${units[unit] ?? ''}`;
}

function isUnlimited(sizeKiB: number): boolean {
  return sizeKiB === Number.MAX_SAFE_INTEGER;
}

function bytes(sizeKiB: number): bigint {
  return BigInt(sizeKiB) * 1024n;
}
