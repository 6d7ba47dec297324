/** Limits. @see https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#control-groups */
import {
  cpuQuota,
  hugePageName,
  limitedNodes,
  memoryLimitKiB,
  swapLimitKiB,
  type BlkiotuneDevice,
  type DomainDefinition,
} from '../../domain/index.js';
import { compact, compactOrNothing } from '../../plain/compact.js';
import type { SecurityProfile } from '../../security/index.js';
import { blockNumbers, type BlockNumbers } from '../block-numbers.js';
import { reportNumatune, reportTuning } from '../unmapped-tuning.js';
import type { ElementReport } from '../unmapped.js';
import type { OciBlockIo, OciResources, OciThrottleDevice } from './types.js';

/** The range of the specification; the kernel's unified hierarchy has more. */
const WEIGHT = { min: 10, max: 1000 };

export function ociResources(
  definition: DomainDefinition,
  { pids }: SecurityProfile,
  report: ElementReport,
): OciResources {
  const { cputune, cpuset, numatune, extensions } = definition;
  reportTuning(definition, report);
  reportNumatune(numatune, report);
  return compact({
    // Runtimes add what every container may use.
    devices: [{ allow: false, access: 'rwm' }],
    memory: memory(definition),
    cpu: compactOrNothing({
      shares: cputune?.shares,
      quota: cpuQuota(definition),
      period: cputune?.periodMicroseconds,
      cpus: cpuset,
      mems: limitedNodes(definition),
    }),
    pids: { limit: pids === 'unlimited' ? -1 : pids },
    hugepageLimits: extensions?.hugetlb?.map(({ sizeKiB, limitKiB }) => ({
      pageSize: hugePageName(sizeKiB),
      limit: limitKiB * 1024,
    })),
    blockIO: blockIo(definition, report),
  });
}

/** Memory and swap together are one number there; -1: no limit. */
function memory(definition: DomainDefinition): OciResources['memory'] {
  const limit = memoryLimitKiB(definition) * 1024;
  const swapKiB = swapLimitKiB(definition);
  const softLimitKiB = definition.memtune?.softLimitKiB;
  return compact({
    limit,
    reservation: softLimitKiB === undefined ? undefined : softLimitKiB * 1024,
    swap: swapKiB === undefined ? -1 : limit + swapKiB * 1024,
  });
}

function blockIo({ blkiotune }: DomainDefinition, report: ElementReport): OciBlockIo | undefined {
  const devices = (blkiotune?.devices ?? []).flatMap((device) => {
    const numbers = blockNumbers(device.path);
    if (!numbers) report.add('blkiotune/device', 'only /dev/block/MAJOR:MINOR has an equivalent');
    return numbers ? [{ device, numbers }] : [];
  });
  const throttle = (key: 'readBytesSec' | 'writeBytesSec' | 'readIopsSec' | 'writeIopsSec') =>
    throttled(devices, key);
  const weightDevice = devices.flatMap(({ device, numbers }) => {
    const weight = inRange(device.weight, 'blkiotune/device', report);
    return weight === undefined ? [] : [{ ...numbers, weight }];
  });
  return compactOrNothing({
    weight: inRange(blkiotune?.weight, 'blkiotune/weight', report),
    weightDevice: weightDevice.length === 0 ? undefined : weightDevice,
    throttleReadBpsDevice: throttle('readBytesSec'),
    throttleWriteBpsDevice: throttle('writeBytesSec'),
    throttleReadIOPSDevice: throttle('readIopsSec'),
    throttleWriteIOPSDevice: throttle('writeIopsSec'),
  });
}

function throttled(
  devices: readonly { readonly device: BlkiotuneDevice; readonly numbers: BlockNumbers }[],
  key: 'readBytesSec' | 'writeBytesSec' | 'readIopsSec' | 'writeIopsSec',
): readonly OciThrottleDevice[] | undefined {
  const found = devices.flatMap(({ device, numbers }) => {
    const rate = device[key];
    return rate === undefined ? [] : [{ ...numbers, rate }];
  });
  return found.length === 0 ? undefined : found;
}

function inRange(weight: number | undefined, element: string, report: ElementReport): number | undefined {
  if (weight === undefined || (weight >= WEIGHT.min && weight <= WEIGHT.max)) return weight;
  report.add(element, `a weight must be ${WEIGHT.min} to ${WEIGHT.max}`);
  return undefined;
}
