/** @see https://libvirt.org/formatdomain.html#network-interfaces */
import type { Fields } from '../plain/fields.js';
import { compact } from '../plain/compact.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo, parseDeviceInfo } from './device-info.js';
import type { Generate } from './generate.js';
import { checkBandwidth, formatBandwidth, parseBandwidth } from './interface/bandwidth.js';
import { checkFilterref, formatFilterref, parseFilterref } from './interface/filterref.js';
import { checkIp, formatIp, parseIp } from './interface/ip.js';
import { checkMac, formatMac, parseMac } from './interface/mac.js';
import {
  checkMachineParts,
  formatMachineParts,
  parseMachineParts,
  type MachinePart,
} from './interface/machine.js';
import { checkPortForward, formatPortForward, parsePortForward } from './interface/port-forward.js';
import { checkRoute, formatRoute, parseRoute } from './interface/route.js';
import { checkInterfaceRules } from './interface/rules.js';
import {
  checkSettings,
  formatLink,
  formatNames,
  formatPort,
  formatTune,
  lastingNames,
  parseSettings,
} from './interface/settings.js';
import { checkSource, completeSource, formatSource, parseSource } from './interface/source.js';
import {
  INTERFACE_TYPES,
  type CompleteInterface,
  type Interface,
  type InterfaceCommon,
  type InterfaceType,
} from './interface/types.js';
import {
  checkVirtualport,
  completeVirtualport,
  formatVirtualport,
  parseVirtualport,
} from './interface/virtualport.js';
import { checkVlan, formatVlan, parseVlan } from './interface/vlan.js';

/** As libvirt reads it: without a type, an interface is one of `user`. */
export function parseInterface(nic: ElementReader): object {
  const type = nic.attribute('type').oneOf(INTERFACE_TYPES) ?? 'user';
  return {
    type,
    trustGuestRxFilters: nic.attribute('trustGuestRxFilters').yesNo(),
    ...parseMac(nic),
    ...parseSource(type, nic),
    ips: nic.children('ip').map(parseIp),
    routes: nic.children('route').map(parseRoute),
    portForwards: nic.children('portForward').map(parsePortForward),
    bandwidth: parseBandwidth(nic),
    vlan: parseVlan(nic),
    virtualport: parseVirtualport(nic),
    filterref: parseFilterref(nic, type),
    ...parseSettings(nic),
    ...parseDeviceInfo(nic),
    kept: parseMachineParts(nic),
  };
}

export function checkInterface(fields: Fields): Interface {
  const type = fields.requiredOneOf('type', INTERFACE_TYPES);
  const common = checkCommon(type, fields);
  const nic = Object.freeze({ ...checkSource(type, fields, common), ...common });
  checkInterfaceRules(nic);
  return nic;
}

function checkCommon(type: InterfaceType, fields: Fields): InterfaceCommon {
  const settings = checkSettings(fields);
  return compact({
    trustGuestRxFilters: fields.boolean('trustGuestRxFilters'),
    ...checkMac(fields),
    ips: fields.list('ips', checkIp),
    routes: fields.list('routes', checkRoute),
    portForwards: fields.list('portForwards', checkPortForward),
    bandwidth: checkBandwidth(fields, type),
    vlan: checkVlan(fields),
    virtualport: checkVirtualport(fields, type),
    filterref: checkFilterref(fields, type),
    ...settings,
    ...checkDeviceInfo(fields),
    kept: checkMachineParts(fields, type, settings.model),
  });
}

export function completeInterface(nic: Interface, generate: Generate): CompleteInterface {
  const { mac = generate.mac(), virtualport } = nic;
  const { targetDev, targetManaged, guestActual, ...rest } = completeSource(nic);
  return Object.freeze({
    ...rest,
    ...lastingNames({ targetDev, targetManaged, guestActual }),
    mac,
    ...(virtualport && { virtualport: completeVirtualport(virtualport, generate) }),
  });
}

export function formatInterface(nic: CompleteInterface): OutputElement {
  const attributes = {
    type: nic.type,
    managed: 'managed' in nic ? formatYesNo(nic.managed) : undefined,
    trustGuestRxFilters: formatYesNo(nic.trustGuestRxFilters),
  };
  const kept = (...names: readonly MachinePart[]): ReturnType<typeof formatMachineParts> =>
    formatMachineParts(nic.kept, ...names);
  const [boot, alias, acpi, address] = formatDeviceInfo(nic);
  const isHostdev = nic.type === 'hostdev';
  return element('interface', attributes, [
    formatMac(nic),
    ...(isHostdev ? kept('driver') : []),
    formatSource(nic),
    formatVlan(nic.vlan),
    formatVirtualport(nic.virtualport),
    formatBandwidth(nic.bandwidth),
    formatPort(nic),
    ...(nic.ips ?? []).map(formatIp),
    ...(nic.routes ?? []).map(formatRoute),
    ...(nic.portForwards ?? []).map(formatPortForward),
    ...formatNames(nic),
    ...(isHostdev ? [] : kept('driver')),
    ...kept('backend'),
    formatFilterref(nic.filterref),
    formatTune(nic),
    ...kept('teaming'),
    ...formatLink(nic),
    ...kept('coalesce'),
    boot,
    alias,
    ...kept('rom'),
    acpi,
    address,
  ]);
}
