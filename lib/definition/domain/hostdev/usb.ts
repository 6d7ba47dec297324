/** @see https://libvirt.org/formatdomain.html#host-device-assignment */
import { quote } from '../../../errors.js';
import { compact, falseIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { DeviceInfo } from '../device-info.js';
import { STARTUP_POLICIES, type StartupPolicy } from '../disk/types.js';

export const USB_GUEST_RESETS = ['off', 'uninitialized', 'on'] as const;

/** Where a device is plugged in now. */
export interface UsbAddress {
  readonly bus: number;
  readonly device: number;
}
/** A USB device, found by vendor and product, or by its place, or by both. */
export interface UsbHostdev extends DeviceInfo {
  readonly mode: 'subsystem';
  readonly type: 'usb';
  /** 1 to 0xffff, together with `productId`. */
  readonly vendorId?: number;
  /** Up to 0xffff. */
  readonly productId?: number;
  readonly usbAddress?: UsbAddress;
  /** `mandatory` when absent: without the device the container does not start. */
  readonly startupPolicy?: StartupPolicy;
  /** Printed, without effect. */
  readonly guestReset?: (typeof USB_GUEST_RESETS)[number];
  /** Printed, without effect. */
  readonly managed?: boolean;
}

const MAX_ID = 0xffff;
const MAX_ADDRESS = 0xfff;

export function parseUsbHostdev(hostdev: ElementReader): Draft<UsbHostdev> {
  const source = hostdev.child('source');
  const vendor = source?.child('vendor');
  const product = source?.child('product');
  const address = source?.child('address');
  return {
    mode: 'subsystem',
    type: 'usb',
    vendorId: vendor && parseId(vendor, 'id'),
    productId: product && parseId(product, 'id'),
    usbAddress: address && { bus: parseId(address, 'bus'), device: parseId(address, 'device') },
    startupPolicy: source?.attribute('startupPolicy').text(),
    guestReset: source?.attribute('guestReset').text(),
    // As in libvirt, any other word is no.
    managed: hostdev.attribute('managed').text() === 'yes',
  };
}

export function checkUsbHostdev(fields: Fields): UsbHostdev {
  const vendorId = checkId('vendor', fields.unsignedInteger('vendorId'));
  const productId = checkId('product', fields.unsignedInteger('productId'));
  const address = fields.fields('usbAddress');
  const usbAddress = address && readAll(address, checkUsbAddress);
  if (vendorId === 0) throw wrong('vendor id must not be 0');
  if (vendorId !== undefined && productId === undefined) throw missing('missing product');
  if (productId !== undefined && vendorId === undefined) throw missing('missing vendor');
  if (vendorId === undefined && usbAddress === undefined) {
    throw wrong('<vendor> and <product>, or <address>, are required in <source>');
  }
  return compact({
    mode: 'subsystem' as const,
    type: 'usb' as const,
    vendorId,
    productId,
    usbAddress,
    startupPolicy: fields.oneOf('startupPolicy', STARTUP_POLICIES),
    guestReset: fields.oneOf('guestReset', USB_GUEST_RESETS),
    managed: falseIsNone(fields.boolean('managed')),
  });
}

export function formatUsbSource(hostdev: UsbHostdev): OutputElement {
  const { vendorId, productId, usbAddress, startupPolicy, guestReset } = hostdev;
  return element('source', { startupPolicy, guestReset }, [
    vendorId === undefined ? undefined : element('vendor', { id: formatId(vendorId) }),
    productId === undefined ? undefined : element('product', { id: formatId(productId) }),
    usbAddress && element('address', { bus: usbAddress.bus, device: usbAddress.device }),
  ]);
}

/** A number as C reads it: hexadecimal after `0x`, octal after `0`. */
function parseId(parent: ElementReader, name: string): number {
  const text = parent.attribute(name).text();
  const what = `attribute '${name}' of <${parent.element.name}>`;
  if (text === undefined) throw wrong(`missing ${what}`);
  const [, hexadecimal, octal, decimal] = /^(?:0x([\da-f]{1,8})|0([0-7]{1,8})|(\d{1,8}))$/iu.exec(text) ?? [];
  if (hexadecimal !== undefined) return Number.parseInt(hexadecimal, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  if (decimal !== undefined) return Number.parseInt(decimal, 10);
  throw wrong(`${what} is not a number: ${quote(text)}`);
}

function checkId(name: string, id: number | undefined): number | undefined {
  if (id !== undefined && id > MAX_ID) throw wrong(`${name} id ${formatId(id)} is larger than 0xffff`);
  return id;
}

function checkUsbAddress(fields: Fields): UsbAddress {
  const bus = fields.unsignedInteger('bus');
  const device = fields.unsignedInteger('device');
  if (bus === undefined || device === undefined) throw wrong("<address> needs 'bus' and 'device'");
  if (bus === 0 || bus > MAX_ADDRESS || device === 0 || device > MAX_ADDRESS) {
    throw wrong(`<address bus='${bus}' device='${device}'/> must be from 1 to ${MAX_ADDRESS}`);
  }
  return Object.freeze({ bus, device });
}

function formatId(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}

function wrong(message: string): Error {
  return refusal('XML_ERROR', `<hostdev type='usb'>: ${message}`);
}

function missing(message: string): Error {
  return refusal('INTERNAL_ERROR', `<hostdev type='usb'>: ${message}`);
}
