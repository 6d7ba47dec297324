/** @see https://libvirt.org/formatdomain.html#device-addresses */
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

/** The attributes of each type of address but `drive`, in libvirt's order. */
const ADDRESS_ATTRIBUTES = {
  pci: ['domain', 'bus', 'slot', 'function', 'multifunction'],
  'virtio-serial': ['controller', 'bus', 'port'],
  ccid: ['controller', 'slot'],
  usb: ['bus', 'port'],
  'spapr-vio': ['reg'],
  ccw: ['cssid', 'ssid', 'devno'],
  'virtio-mmio': [],
  isa: ['iobase', 'irq'],
  dimm: ['slot', 'base'],
  unassigned: [],
} as const;
type GuestAddressType = keyof typeof ADDRESS_ATTRIBUTES;
export const DEVICE_ADDRESS_TYPES = [
  'drive',
  'pci',
  'virtio-serial',
  'ccid',
  'usb',
  'spapr-vio',
  'ccw',
  'virtio-mmio',
  'isa',
  'dimm',
  'unassigned',
] as const satisfies readonly ('drive' | GuestAddressType)[];

/** Where a disk would be on the controller of its bus. */
export interface DriveAddress {
  readonly type: 'drive';
  readonly controller: number;
  readonly bus: number;
  readonly target: number;
  readonly unit: number;
}
/** Where a device would be in a virtual machine. */
export interface GuestAddress {
  readonly type: GuestAddressType;
  /** As written, for example `{ bus: '0x00', slot: '0x03' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}
export type DeviceAddress = DriveAddress | GuestAddress;

export function parseDeviceAddress(address: ElementReader | undefined): Draft<DeviceAddress> | undefined {
  if (!address) return undefined;
  const type = address.attribute('type').oneOf(DEVICE_ADDRESS_TYPES);
  if (type === undefined) throw refusal('XML_ERROR', "missing attribute 'type' of <address>");
  if (type !== 'drive') {
    const names: readonly string[] = ADDRESS_ATTRIBUTES[type];
    const attributes = names.map((name) => [name, address.attribute(name).text()] as const);
    return { type, attributes: Object.fromEntries(attributes) };
  }
  const number = (name: string): number => address.attribute(name).unsignedInteger() ?? 0;
  return {
    type,
    controller: number('controller'),
    bus: number('bus'),
    target: number('target'),
    unit: number('unit'),
  };
}

export function checkDeviceAddress(fields: Fields): DeviceAddress {
  const type = fields.requiredOneOf('type', DEVICE_ADDRESS_TYPES);
  if (type !== 'drive') {
    const given = fields.fields('attributes');
    const attributes = given && readAll(given, (own) => checkAttributes(own, ADDRESS_ATTRIBUTES[type]));
    return compact({ type, attributes });
  }
  const number = (key: string): number => fields.unsignedInteger(key) ?? 0;
  return Object.freeze({
    type,
    controller: number('controller'),
    bus: number('bus'),
    target: number('target'),
    unit: number('unit'),
  });
}

export function formatDeviceAddress(address: DeviceAddress): OutputElement {
  if (address.type !== 'drive') return element('address', { type: address.type, ...address.attributes });
  const { type, controller, bus, target, unit } = address;
  return element('address', { type, controller, bus, target, unit });
}

function checkAttributes(fields: Fields, names: readonly string[]): Record<string, string> | undefined {
  const given = names.flatMap((name) => {
    const value = fields.string(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return given.length === 0 ? undefined : Object.freeze(Object.fromEntries(given));
}
