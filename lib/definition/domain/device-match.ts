/** Which of a definition's devices one means, by what libvirt tells them apart. */
import { refusal } from '../refusal.js';
import type { DeviceAddress } from './device-address.js';
import type { Disk } from './disk/types.js';
import type { Filesystem } from './filesystem/types.js';
import { isSameHostdev, type Hostdev } from './hostdev.js';
import type { Interface } from './interface/types.js';

/** Its index, or -1. */
export function findDisk(disks: readonly Disk[], wanted: Disk): number {
  return disks.findIndex(({ target }) => target === wanted.target);
}

/** Its index, or -1. */
export function findFilesystem(filesystems: readonly Filesystem[], wanted: Filesystem): number {
  return filesystems.findIndex(({ target }) => target === wanted.target);
}

/** Its index, or -1. */
export function findHostdev(hostdevs: readonly Hostdev[], wanted: Hostdev): number {
  return hostdevs.findIndex((hostdev) => isSameHostdev(wanted, hostdev));
}

/** What libvirt tells interfaces apart by, as far as the wanted one has it. */
const INTERFACE_MARKS: readonly {
  readonly name: string;
  readonly read: (nic: Interface) => string | undefined;
}[] = [
  { name: 'MAC address', read: ({ mac }) => mac },
  { name: 'alias', read: ({ alias }) => alias },
  { name: 'address', read: ({ address }) => placeOf(address) },
];

/**
 * Its index.
 * @throws VirtError DEVICE_MISSING when there is none, OPERATION_FAILED when it could be several.
 */
export function findInterface(interfaces: readonly Interface[], wanted: Interface): number {
  const marks = INTERFACE_MARKS.flatMap(({ name, read }) => {
    const mark = read(wanted);
    return mark === undefined ? [] : [{ text: `${name} ${mark}`, read, mark }];
  });
  const found = interfaces.flatMap((nic, index) =>
    marks.every(({ read, mark }) => read(nic) === mark) ? [index] : [],
  );
  const [index, another] = found;
  const what = marks.length === 0 ? '' : ` matching ${marks.map(({ text }) => text).join(' and ')}`;
  if (index === undefined)
    throw refusal(
      'DEVICE_MISSING',
      marks.length === 0 ? 'no matching device found' : `no device${what} found`,
    );
  if (another === undefined) return index;
  throw refusal(
    'OPERATION_FAILED',
    marks.length === 0 ? 'multiple matching devices found' : `multiple devices${what} found`,
    'name the one that is meant by its MAC address, its alias or its place',
  );
}

const PLACES: Readonly<Partial<Record<DeviceAddress['type'], readonly string[]>>> = {
  pci: ['domain', 'bus', 'slot', 'function'],
  ccw: ['cssid', 'ssid', 'devno'],
};

/** On these two buses no two devices have one place; `0x03` is `0x3`, and what is left out is 0. */
function placeOf(address: DeviceAddress | undefined): string | undefined {
  if (!address || address.type === 'drive') return undefined;
  const { type, attributes = {} } = address;
  const numbers = PLACES[type]?.map((name) => Number(attributes[name] ?? 0).toString(16));
  return numbers && `${type} ${numbers.join(':')}`;
}
