/**
 * What every device may have. Containers have no buses: all of it is printed, without effect.
 * @see https://libvirt.org/formatdomain.html#device-addresses
 */
import { quote } from '../../errors.js';
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import {
  checkDeviceAddress,
  formatDeviceAddress,
  parseDeviceAddress,
  type DeviceAddress,
} from './device-address.js';

export interface DeviceBoot {
  /** Place among the devices to boot from, from 1. */
  readonly order: number;
  /** 1 to 8 of letters, digits, dots and blanks; upper case. */
  readonly loadparm?: string;
}

export interface DeviceInfo {
  readonly boot?: DeviceBoot;
  /** The author's own name for the device, `ua-` and then letters, digits, `_` and `-`. */
  readonly alias?: string;
  /** From 1. */
  readonly acpiIndex?: number;
  readonly address?: DeviceAddress;
}

const USER_ALIAS = /^ua-[\w-]*$/u;
const LOADPARM = /^[A-Z0-9. ]{1,8}$/u;
const MAX_UNSIGNED = 0xffff_ffff;

export function parseDeviceInfo(device: ElementReader): Draft<DeviceInfo> {
  const boot = device.child('boot');
  const alias = device.child('alias')?.attribute('name').text();
  return {
    boot: boot && {
      order: boot.attribute('order').unsignedInteger(),
      loadparm: boot.attribute('loadparm').text()?.toUpperCase(),
    },
    // Other aliases are given at each start, and not part of a definition.
    alias: alias !== undefined && USER_ALIAS.test(alias) ? alias : undefined,
    acpiIndex: device.child('acpi')?.attribute('index').unsignedInteger(),
    address: parseDeviceAddress(device.child('address')),
  };
}

export function checkDeviceInfo(fields: Fields): DeviceInfo {
  const boot = fields.fields('boot');
  const address = fields.fields('address');
  return compact({
    boot: boot && readAll(boot, checkBoot),
    alias: checkAlias(fields.string('alias')),
    acpiIndex: checkPositive("attribute 'index' of <acpi>", fields.unsignedInteger('acpiIndex')),
    address: address && readAll(address, checkDeviceAddress),
  });
}

export function formatDeviceInfo(info: DeviceInfo): (OutputElement | undefined)[] {
  const { boot, alias, acpiIndex, address } = info;
  return [
    boot && element('boot', { order: boot.order, loadparm: boot.loadparm }),
    alias === undefined ? undefined : element('alias', { name: alias }),
    acpiIndex === undefined ? undefined : element('acpi', { index: acpiIndex }),
    address && formatDeviceAddress(address),
  ];
}

function checkBoot(fields: Fields): DeviceBoot {
  const order = checkPositive("attribute 'order' of <boot>", fields.unsignedInteger('order'));
  const loadparm = fields.string('loadparm');
  if (order === undefined) throw refusal('XML_ERROR', "missing attribute 'order' of <boot>");
  if (loadparm !== undefined && !LOADPARM.test(loadparm)) {
    throw refusal(
      'INTERNAL_ERROR',
      `<boot loadparm=${quote(loadparm)}> must be 1 to 8 letters, digits, dots and blanks`,
    );
  }
  return compact({ order, loadparm });
}

function checkAlias(alias: string | undefined): string | undefined {
  if (alias !== undefined && !USER_ALIAS.test(alias)) {
    throw refusal('XML_ERROR', `<alias name=${quote(alias)}> must be 'ua-' and letters, digits, '_' and '-'`);
  }
  return alias;
}

function checkPositive(what: string, value: number | undefined): number | undefined {
  if (value === undefined || (value > 0 && value <= MAX_UNSIGNED)) return value;
  throw refusal('XML_ERROR', `invalid value '${value}' for ${what}: must be from 1 to ${MAX_UNSIGNED}`);
}
