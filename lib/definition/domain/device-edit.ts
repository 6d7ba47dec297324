/**
 * Attaching, detaching and updating one device of a definition, with libvirt's rules and codes.
 * @see https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainAttachDeviceFlags
 */
import { compact } from '../plain/compact.js';
import { refusal } from '../refusal.js';
import type { CompleteDomain, Devices } from './definition.js';
import { describeDevice, type Device, type DeviceAction } from './device.js';
import { findDisk, findFilesystem, findHostdev, findInterface } from './device-match.js';
import { completeDevices } from './devices.js';
import { RANDOM, type Generate } from './generate.js';
import type { Interface } from './interface/types.js';

type Lists = Pick<Devices, 'disks' | 'filesystems' | 'interfaces' | 'hostdevs'>;
/** An undefined list is one without items. */
type Changes = { readonly [K in keyof Lists]?: Lists[K] | undefined };

const CHANGE = { attach, detach, update } as const satisfies Record<
  DeviceAction,
  (lists: Lists, device: Device) => Changes
>;

/**
 * A definition changed in one device, which gets its defaults. Rules among devices are left to `validateDomain`.
 * @throws VirtError INVALID_ARG, OPERATION_INVALID, OPERATION_FAILED or DEVICE_MISSING when the device is there
 * already, is not, or could be several; CONFIG_UNSUPPORTED for an update of a host device.
 */
export function changeDevice(
  definition: CompleteDomain,
  action: DeviceAction,
  device: Device,
  generate: Generate = RANDOM,
): CompleteDomain {
  const { devices } = definition;
  const changed = compact({ ...devices, ...CHANGE[action](devices, device) });
  return Object.freeze({ ...definition, devices: completeDevices(changed, devices.emulator, generate) });
}

function attach(
  { disks = [], filesystems = [], interfaces = [], hostdevs = [] }: Lists,
  device: Device,
): Changes {
  if ('disk' in device) {
    const { disk } = device;
    if (findDisk(disks, disk) !== -1)
      throw refusal('INVALID_ARG', `<disk>: target ${disk.target} already exists.`);
    return { disks: [...disks, disk] };
  }
  if ('filesystem' in device) {
    const { filesystem } = device;
    if (findFilesystem(filesystems, filesystem) !== -1) {
      throw refusal('OPERATION_INVALID', `Target already exists: ${describeDevice(device)}`);
    }
    return { filesystems: [...filesystems, filesystem] };
  }
  // As in libvirt, two interfaces may have one MAC address.
  if ('interface' in device) return { interfaces: [...interfaces, device.interface] };
  if (findHostdev(hostdevs, device.hostdev) !== -1) {
    throw refusal('INVALID_ARG', `device is already in the domain configuration: ${describeDevice(device)}`);
  }
  return { hostdevs: [...hostdevs, device.hostdev] };
}

function detach(
  { disks = [], filesystems = [], interfaces = [], hostdevs = [] }: Lists,
  device: Device,
): Changes {
  if ('disk' in device) return { disks: without(disks, present(findDisk(disks, device.disk), device)) };
  if ('filesystem' in device) {
    return {
      filesystems: without(filesystems, present(findFilesystem(filesystems, device.filesystem), device)),
    };
  }
  if ('interface' in device)
    return { interfaces: without(interfaces, findInterface(interfaces, device.interface)) };
  return { hostdevs: without(hostdevs, present(findHostdev(hostdevs, device.hostdev), device)) };
}

/** libvirt's container driver updates interfaces only; what has a target of its own is as easy. */
function update({ disks = [], filesystems = [], interfaces = [] }: Lists, device: Device): Changes {
  if ('disk' in device)
    return { disks: disks.with(present(findDisk(disks, device.disk), device), device.disk) };
  if ('filesystem' in device) {
    const index = present(findFilesystem(filesystems, device.filesystem), device);
    return { filesystems: filesystems.with(index, device.filesystem) };
  }
  if ('interface' in device) return { interfaces: replaceInterface(interfaces, device.interface) };
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `persistent update of device is not supported: ${describeDevice(device)}`,
    'detach it, and attach it as it shall be',
  );
}

/** Without a MAC address in the update it keeps its own: the container would take it for another one. */
function replaceInterface(interfaces: readonly Interface[], nic: Interface): readonly Interface[] {
  const index = findInterface(interfaces, nic);
  const { mac } = interfaces[index] ?? {};
  return interfaces.with(index, { ...(mac === undefined ? {} : { mac }), ...nic });
}

function present(index: number, device: Device): number {
  if (index !== -1) return index;
  if ('disk' in device) throw refusal('INVALID_ARG', `<disk>: no target device ${device.disk.target}`);
  if ('filesystem' in device) {
    throw refusal('OPERATION_FAILED', `no matching filesystem device was found: ${describeDevice(device)}`);
  }
  throw refusal('INVALID_ARG', `device not present in domain configuration: ${describeDevice(device)}`);
}

function without<T>(list: readonly T[], index: number): readonly T[] | undefined {
  return list.length === 1 ? undefined : list.toSpliced(index, 1);
}
