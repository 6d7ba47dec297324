/** Interfaces, one number each. */
import type { DomainDefinition, Interface, Ip, NetHostdev, Route } from '../../../domain/index.js';
import type { Lines } from './lines.js';

const ELEMENT = 'devices/interface';

export function exportNetwork(definition: DomainDefinition, lines: Lines): void {
  const { interfaces = [], hostdevs = [] } = definition.devices ?? {};
  const numbers = new Counter();
  for (const nic of interfaces) exportInterface(nic, numbers, lines);
  for (const hostdev of hostdevs) {
    if (hostdev.type === 'net') exportHostdev(hostdev, numbers, lines);
  }
  const isShared = definition.lxcNamespace?.sharenet !== undefined;
  // Without a line there is none of its own, or that of a default file.
  if (numbers.next === 0 && !isShared) lines.add('features/privnet', 'lxc.net.0.type', 'empty');
}

class Counter {
  next = 0;

  prefix(): string {
    const prefix = `lxc.net.${this.next}`;
    this.next += 1;
    return prefix;
  }
}

type Link = readonly (readonly [key: string, value: string])[];

function linkOf(nic: Interface): Link | undefined {
  switch (nic.type) {
    case 'bridge':
      return [
        ['type', 'veth'],
        ['link', nic.bridge],
      ];
    case 'ethernet':
      return [['type', 'veth']];
    case 'direct': {
      const mode = nic.mode ?? 'vepa';
      return [
        ['type', 'macvlan'],
        ['link', nic.dev],
        ['macvlan.mode', mode === 'passthrough' ? 'passthru' : mode],
      ];
    }
    default:
      return undefined;
  }
}

function exportInterface(nic: Interface, numbers: Counter, lines: Lines): void {
  const link = linkOf(nic);
  if (!link) {
    lines.report.add(ELEMENT, `no interface of type '${nic.type}'`);
    return;
  }
  const prefix = numbers.prefix();
  const add = (key: string, value: string | number | undefined): void => {
    lines.optional(ELEMENT, `${prefix}.${key}`, value);
  };
  for (const [key, value] of link) add(key, value);
  add('flags', isUp(nic) ? 'up' : undefined);
  add('hwaddr', nic.mac);
  add('name', nic.guestDev);
  add('mtu', nic.mtuBytes);
  if (nic.type !== 'direct') add('veth.pair', nic.targetDev);
  exportAddresses(ELEMENT, prefix, nic, lines);
  reportParts(nic, lines);
}

function isUp({ link, ips = [] }: Interface): boolean {
  return link === undefined ? ips.length > 0 : link === 'up';
}

function exportHostdev(hostdev: NetHostdev, numbers: Counter, lines: Lines): void {
  const prefix = numbers.prefix();
  const element = 'devices/hostdev';
  lines.add(element, `${prefix}.type`, 'phys');
  lines.add(element, `${prefix}.link`, hostdev.interface);
  lines.add(element, `${prefix}.flags`, 'up');
  exportAddresses(element, prefix, hostdev, lines);
}

interface Addresses {
  readonly ips?: readonly Ip[];
  readonly routes?: readonly Route[];
}

function exportAddresses(element: string, prefix: string, { ips, routes }: Addresses, lines: Lines): void {
  for (const { family = 'ipv4', address, prefix: bits, peer } of ips ?? []) {
    const suffix = bits === undefined || bits === 0 ? '' : `/${bits}`;
    lines.add(element, `${prefix}.${family}.address`, `${address}${suffix}`);
    if (peer !== undefined) lines.report.add(`${element}/ip@peer`);
  }
  const gateways = new Set<string>();
  for (const route of routes ?? []) {
    const { family = 'ipv4', gateway, metric } = route;
    if (!isDefaultRoute(route) || metric !== undefined || gateways.has(family)) {
      lines.report.add(`${element}/route`, 'only one route to everywhere has an equivalent');
      continue;
    }
    gateways.add(family);
    lines.add(element, `${prefix}.${family}.gateway`, gateway);
  }
}

function isDefaultRoute({ address, netmask, prefix = 0 }: Route): boolean {
  const isAnywhere = address === '0.0.0.0' || address === '::';
  return isAnywhere && prefix === 0 && (netmask === undefined || netmask === '0.0.0.0');
}

/** What libvirt's driver acts on, and lxc-tools cannot. */
function reportParts(nic: Interface, lines: Lines): void {
  const { bandwidth, vlan, virtualport, filterref, portForwards, portIsolated, sndbufBytes } = nic;
  const parts = { bandwidth, vlan, virtualport, filterref, port: portIsolated, portForward: portForwards };
  lines.report.rest(ELEMENT, { ...parts, sndbufBytes });
  if (nic.type === 'ethernet' && (nic.hostIps ?? nic.hostRoutes) !== undefined) {
    lines.report.add(`${ELEMENT}/source`, 'addresses of the side of the host');
  }
}
