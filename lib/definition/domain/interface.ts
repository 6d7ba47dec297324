/** @see https://libvirt.org/formatdomain.html#network-interfaces */
import type { Fields } from '../plain/fields.js';
import { refusal, unknownValue } from '../refusal.js';
import { compact } from '../plain/compact.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo, parseDeviceInfo } from './device-info.js';
import type { Generate } from './generate.js';
import { checkBandwidth, formatBandwidth, parseBandwidth } from './interface/bandwidth.js';
import { checkFilterref, formatFilterref, parseFilterref } from './interface/filterref.js';
import { checkIp, formatIp, parseIp } from './interface/ip.js';
import { checkMac, formatMac, parseMac } from './interface/mac.js';
import { checkRoute, formatRoute, parseRoute } from './interface/route.js';
import {
  checkSettings,
  formatLink,
  formatNames,
  formatPort,
  formatTune,
  parseSettings,
} from './interface/settings.js';
import { checkSource, completeSource, formatSource, parseSource } from './interface/source.js';
import {
  INTERFACE_TYPES,
  type CompleteInterface,
  type Interface,
  type InterfaceCommon,
} from './interface/types.js';
import {
  checkVirtualport,
  completeVirtualport,
  formatVirtualport,
  parseVirtualport,
} from './interface/virtualport.js';
import { checkVlan, formatVlan, parseVlan } from './interface/vlan.js';
import { checkKept, formatKept, parseKept } from './kept.js';

export type * from './interface/types.js';
export type { Bandwidth, InterfaceBandwidth } from './interface/bandwidth.js';
export type { FilterParameter, Filterref } from './interface/filterref.js';
export type { Ip } from './interface/ip.js';
export type { IpFamily } from './interface/address.js';
export type { Mac } from './interface/mac.js';
export type { Route } from './interface/route.js';
export type { InterfaceSettings } from './interface/settings.js';
export type * from './interface/virtualport.js';
export type { Vlan, VlanTag } from './interface/vlan.js';

/** Parts that only machines have, in libvirt's order. */
const KEPT_IN_INTERFACE = ['driver', 'backend', 'portForward', 'teaming', 'coalesce', 'rom'] as const;

/** As libvirt reads it: without a type, an interface is one of `user`. */
export function parseInterface(nic: ElementReader): object {
  const type = nic.attribute('type').oneOf(INTERFACE_TYPES) ?? 'user';
  refuseScripts(nic);
  return {
    type,
    trustGuestRxFilters: nic.attribute('trustGuestRxFilters').yesNo(),
    ...parseMac(nic),
    ...parseSource(type, nic),
    ips: nic.children('ip').map(parseIp),
    routes: nic.children('route').map(parseRoute),
    bandwidth: parseBandwidth(nic),
    vlan: parseVlan(nic),
    virtualport: parseVirtualport(nic),
    filterref: parseFilterref(nic),
    ...parseSettings(nic),
    ...parseDeviceInfo(nic),
    kept: parseKept(nic, KEPT_IN_INTERFACE),
  };
}

function refuseScripts(nic: ElementReader): void {
  const script = nic.child('script') ?? nic.child('downscript');
  if (!script) return;
  script.attribute('path');
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `scripts are not supported on LXC network interfaces: <${script.element.name}> of <interface>`,
    'remove it, and act on the events of the connection instead',
  );
}

export function checkInterface(fields: Fields): Interface {
  const type = fields.string('type');
  const found = INTERFACE_TYPES.find((item) => item === type);
  if (found === undefined) throw unknownValue(`value for ${fields.path}.type`, type ?? '', INTERFACE_TYPES);
  return Object.freeze({ ...checkSource(found, fields), ...checkCommon(fields) });
}

function checkCommon(fields: Fields): InterfaceCommon {
  return compact({
    trustGuestRxFilters: fields.boolean('trustGuestRxFilters'),
    ...checkMac(fields),
    ips: fields.list('ips', checkIp),
    routes: fields.list('routes', checkRoute),
    bandwidth: checkBandwidth(fields),
    vlan: checkVlan(fields),
    virtualport: checkVirtualport(fields),
    filterref: checkFilterref(fields),
    ...checkSettings(fields),
    ...checkDeviceInfo(fields),
    kept: checkKept(fields, KEPT_IN_INTERFACE),
  });
}

export function completeInterface(nic: Interface, generate: Generate): CompleteInterface {
  const { mac = generate.mac() } = nic;
  const virtualport = completeVirtualport(nic.virtualport, generate);
  return Object.freeze({ ...completeSource(nic), mac, ...(virtualport && { virtualport }) });
}

export function formatInterface(nic: CompleteInterface): OutputElement {
  const attributes = {
    type: nic.type,
    managed: 'managed' in nic ? formatYesNo(nic.managed) : undefined,
    trustGuestRxFilters: formatYesNo(nic.trustGuestRxFilters),
  };
  const kept = (...names: (typeof KEPT_IN_INTERFACE)[number][]): ReturnType<typeof formatKept> =>
    names.flatMap((name) => formatKept(nic.kept, name));
  return element('interface', attributes, [
    formatMac(nic),
    formatSource(nic),
    formatVlan(nic.vlan),
    formatVirtualport(nic.virtualport),
    formatBandwidth(nic.bandwidth),
    formatPort(nic),
    ...(nic.ips ?? []).map(formatIp),
    ...(nic.routes ?? []).map(formatRoute),
    ...formatNames(nic),
    ...kept('driver', 'backend', 'portForward', 'teaming'),
    formatFilterref(nic.filterref),
    ...formatLink(nic),
    ...kept('coalesce'),
    formatTune(nic),
    ...kept('rom'),
    ...formatDeviceInfo(nic),
  ]);
}
