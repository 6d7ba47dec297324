/** Block I/O of a domain. */
import { WEIGHT_RANGE, type Blkiotune, type BlkiotuneDevice } from '../definition/domain/index.js';
import { compact, compactOrNothing, zeroIsNone } from '../definition/plain/compact.js';
import type { AffectOptions } from '../affected.js';
import type { DomainView } from '../domain-view.js';
import { VirtError, quote } from '../errors.js';
import { changeDefinitions, checkNames, checkRange, readLimits } from './affected.js';
import type { BlkioParameters } from './parameters.js';

type DeviceValue = Exclude<keyof BlkiotuneDevice, 'path'>;
type DeviceParameter = Exclude<keyof BlkioParameters, 'weight'>;

const MAX_UINT = 0xffff_ffff;
const DEVICE_PARAMETERS: Readonly<
  Record<DeviceParameter, { readonly key: DeviceValue; readonly min: number; readonly max: number }>
> = {
  device_weight: { key: 'weight', ...WEIGHT_RANGE },
  device_read_iops_sec: { key: 'readIopsSec', min: 1, max: MAX_UINT },
  device_write_iops_sec: { key: 'writeIopsSec', min: 1, max: MAX_UINT },
  device_read_bytes_sec: { key: 'readBytesSec', min: 1, max: Number.MAX_SAFE_INTEGER },
  device_write_bytes_sec: { key: 'writeBytesSec', min: 1, max: Number.MAX_SAFE_INTEGER },
};
const NAMES = Object.keys(DEVICE_PARAMETERS) as readonly DeviceParameter[];

export async function readBlkioParameters(
  view: DomainView,
  options: AffectOptions,
): Promise<BlkioParameters> {
  const { blockWeight, blockDevices } = await readLimits(view, 'virDomainGetBlkioParameters', options);
  const list = (name: DeviceParameter): string =>
    blockDevices
      .map((device) => [device.path, device[DEVICE_PARAMETERS[name].key]] as const)
      .filter(([, value]) => value !== undefined)
      .join();
  return {
    weight: blockWeight ?? 0,
    device_weight: list('device_weight'),
    device_read_iops_sec: list('device_read_iops_sec'),
    device_write_iops_sec: list('device_write_iops_sec'),
    device_read_bytes_sec: list('device_read_bytes_sec'),
    device_write_bytes_sec: list('device_write_bytes_sec'),
  };
}

/** One value of one device; absent: none any more. */
interface DeviceChange {
  readonly path: string;
  readonly key: DeviceValue;
  readonly value: number | undefined;
}

export async function changeBlkioParameters(
  view: DomainView,
  parameters: Partial<BlkioParameters>,
  options: AffectOptions,
): Promise<void> {
  checkNames(parameters, ['weight', ...NAMES]);
  const { weight } = parameters;
  if (weight !== undefined && weight !== 0) checkRange('weight', weight, WEIGHT_RANGE);
  const changes = NAMES.flatMap((name) => parseDevices(name, parameters[name]));
  await changeDefinitions(
    view,
    { name: 'virDomainSetBlkioParameters', options, limits: ['block'] },
    (definition) => {
      const { blkiotune: old, ...rest } = definition;
      const blkiotune: Blkiotune | undefined = compactOrNothing({
        weight: weight === undefined ? old?.weight : zeroIsNone(weight),
        devices: changeDevices(old?.devices ?? [], changes),
      });
      return blkiotune ? { ...rest, blkiotune } : rest;
    },
  );
}

/** @throws VirtError INVALID_ARG unless it is `path,value,path,value`. */
function parseDevices(name: DeviceParameter, text: string | undefined): DeviceChange[] {
  if (text === undefined || text === '') return [];
  const { key, ...range } = DEVICE_PARAMETERS[name];
  const words = text.split(',');
  if (words.length % 2 !== 0) throw malformed(name, text);
  return words.flatMap((path, index) => {
    if (index % 2 !== 0) return [];
    const word = words[index + 1] ?? '';
    if (!path.startsWith('/') || !/^\d+$/u.test(word)) throw malformed(name, text);
    const value = Number(word);
    return { path, key, value: value === 0 ? undefined : checkRange(`${name} of ${path}`, value, range) };
  });
}

function malformed(name: string, text: string): VirtError {
  return new VirtError('INVALID_ARG', `unable to parse blkio device '${name}' ${quote(text)}`, {
    hint: 'give a list such as /dev/sda,1048576,/dev/sdb,0',
  });
}

/** A device without a limit goes. */
function changeDevices(
  old: readonly BlkiotuneDevice[],
  changes: readonly DeviceChange[],
): readonly BlkiotuneDevice[] | undefined {
  const devices = new Map<string, BlkiotuneDevice>(old.map((device) => [device.path, device]));
  for (const { path, key, value } of changes)
    devices.set(path, compact({ ...devices.get(path), path, [key]: value }));
  const limited = [...devices.values()].filter((device) => Object.keys(device).length > 1);
  return limited.length === 0 ? undefined : limited;
}
