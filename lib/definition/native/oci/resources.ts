/** Limits. @see https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#control-groups */
import type { BlkiotuneDevice, DomainDefinition } from '../../domain/index.js';
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
  const { memoryKiB, memtune, cputune, cpuset, numatune } = definition;
  const { hardLimitKiB = memoryKiB, softLimitKiB, swapHardLimitKiB } = memtune ?? {};
  reportTuning(definition, report);
  reportNumatune(numatune, report);
  return compact({
    // Runtimes add what every container may use.
    devices: [{ allow: false, access: 'rwm' }],
    memory: compact({
      limit: hardLimitKiB * 1024,
      reservation: bytes(softLimitKiB),
      swap: bytes(swapHardLimitKiB),
    }),
    cpu: compactOrNothing({
      shares: cputune?.shares,
      quota: cputune?.quotaMicroseconds,
      period: cputune?.periodMicroseconds,
      cpus: cpuset,
      mems: numatune?.memory?.nodeset,
    }),
    pids: { limit: pids === 'unlimited' ? -1 : pids },
    blockIO: blockIo(definition, report),
  });
}

function bytes(kib: number | undefined): number | undefined {
  return kib === undefined ? undefined : kib * 1024;
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
