/** @see https://libvirt.org/formatdomain.html#host-device-assignment */
import { quote } from '../../errors.js';
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal, unknownValue } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo, parseDeviceInfo } from './device-info.js';
import {
  CAPABILITIES_HOSTDEV_TYPES,
  checkCapabilitiesHostdev,
  formatCapabilitiesSource,
  isSameCapability,
  parseCapabilitiesHostdev,
  type CapabilitiesHostdev,
} from './hostdev/capabilities.js';
import { checkUsbHostdev, formatUsbSource, parseUsbHostdev, type UsbHostdev } from './hostdev/usb.js';

export const HOSTDEV_MODES = ['subsystem', 'capabilities'] as const;
/** libvirt's types of a device of a bus; containers get none but `usb`. */
export const SUBSYSTEM_TYPES = ['usb', 'pci', 'scsi', 'scsi_host', 'mdev'] as const;

/**
 * A device of the host given to the container.
 * @see https://libvirt.org/formatdomain.html#host-device-assignment
 */
export type Hostdev = UsbHostdev | CapabilitiesHostdev;
type HostdevMode = (typeof HOSTDEV_MODES)[number];

export function parseHostdev(hostdev: ElementReader): Draft<Hostdev> {
  const mode = hostdev.attribute('mode').oneOf(HOSTDEV_MODES) ?? 'subsystem';
  const type = checkType(mode, hostdev.attribute('type').text());
  if (!hostdev.child('source')) {
    throw refusal('XML_ERROR', `Missing <source> element in <hostdev type='${type}'>`);
  }
  const device = type === 'usb' ? parseUsbHostdev(hostdev) : parseCapabilitiesHostdev(type, hostdev);
  return { ...device, ...parseDeviceInfo(hostdev) };
}

export function checkHostdev(fields: Fields): Hostdev {
  const mode = fields.requiredOneOf('mode', HOSTDEV_MODES);
  const type = checkType(mode, fields.string('type'));
  const device = type === 'usb' ? checkUsbHostdev(fields) : checkCapabilitiesHostdev(type, fields);
  return Object.freeze({ ...device, ...checkDeviceInfo(fields) });
}

export function formatHostdev(hostdev: Hostdev): OutputElement {
  const { mode, type } = hostdev;
  if (hostdev.mode === 'capabilities') {
    return element('hostdev', { mode, type }, [
      ...formatCapabilitiesSource(hostdev),
      ...formatDeviceInfo(hostdev),
    ]);
  }
  const managed = hostdev.managed === true ? 'yes' : 'no';
  return element('hostdev', { mode, type, managed }, [
    formatUsbSource(hostdev),
    ...formatDeviceInfo(hostdev),
  ]);
}

/** Two that are one device. @throws VirtError XML_ERROR. */
export function checkHostdevPairs(hostdevs: readonly Hostdev[]): void {
  hostdevs.forEach((hostdev, index) => {
    if (!hostdevs.slice(index + 1).some((other) => isSameHostdev(hostdev, other))) return;
    throw refusal(
      'XML_ERROR',
      `<hostdev type='${hostdev.type}'>: device is already in the domain configuration`,
    );
  });
}

export function isSameHostdev(one: Hostdev, other: Hostdev): boolean {
  if (one.mode === 'capabilities') return other.mode === 'capabilities' && isSameCapability(one, other);
  if (other.mode === 'capabilities') return false;
  // As in libvirt, a place tells devices apart that are otherwise equal.
  if (one.usbAddress) {
    const { bus, device } = one.usbAddress;
    return other.usbAddress?.bus === bus && other.usbAddress.device === device;
  }
  return one.vendorId === other.vendorId && one.productId === other.productId;
}

function checkType(mode: HostdevMode, type: string | undefined): Hostdev['type'] {
  if (type === undefined) throw refusal('XML_ERROR', "missing attribute 'type' of <hostdev>");
  const list = mode === 'subsystem' ? SUBSYSTEM_TYPES : CAPABILITIES_HOSTDEV_TYPES;
  const found = list.find((item) => item === type);
  if (found === undefined)
    throw unknownValue(`value for attribute 'type' of <hostdev mode='${mode}'>`, type, list);
  if (found === 'usb' || found === 'storage' || found === 'misc' || found === 'net') return found;
  throw refusal('CONFIG_UNSUPPORTED', `<hostdev>: Unsupported host device type ${quote(type)}`);
}
