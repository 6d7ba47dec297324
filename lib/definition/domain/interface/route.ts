/** @see https://libvirt.org/formatdomain.html#ip-configuration */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import {
  ADDRESS_BITS,
  IP_FAMILIES,
  networkNumber,
  parseAddress,
  type IpFamily,
  type ParsedAddress,
} from './address.js';

/**
 * A route of an interface.
 * @see https://libvirt.org/formatdomain.html#ip-configuration
 */
export interface Route {
  /** IPv4 when absent. */
  readonly family?: IpFamily;
  /** Address of the network: no bit may be set outside the prefix or netmask. */
  readonly address: string;
  /** IPv4 only, and not together with `prefix`. */
  readonly netmask?: string;
  /** Bits of the network, 0 when absent and no netmask is given. */
  readonly prefix?: number;
  readonly gateway: string;
  /** More than 0. */
  readonly metric?: number;
}

const MAX_METRIC = 0xffff_ffff;

export function parseRoute(route: ElementReader): Draft<Route> {
  const text = (name: string): string | undefined => {
    const value = route.attribute(name).text();
    // As in libvirt, empty is absent.
    return value === '' ? undefined : value;
  };
  return {
    family: route.attribute('family').oneOf(['', ...IP_FAMILIES]) === '' ? undefined : text('family'),
    address: text('address'),
    netmask: text('netmask'),
    prefix: route.attribute('prefix').unsignedInteger(),
    gateway: text('gateway'),
    metric: route.attribute('metric').unsignedInteger(),
  };
}

/** Checks a route, and writes its addresses as the C library does. */
export function checkRoute(fields: Fields): Route {
  const family = fields.oneOf('family', IP_FAMILIES);
  const address = requiredAddress(fields, 'address', family);
  const gateway = requiredAddress(fields, 'gateway', family);
  const netmask = checkNetmask(fields.string('netmask'), address);
  const prefix = checkPrefix(fields.unsignedInteger('prefix'), address.family);
  if (netmask && prefix !== undefined)
    throw wrong('Route definition cannot have both a prefix and a netmask');
  const network = netmask ? address.number & netmask.number : networkNumber(address, prefix ?? 0);
  if (network !== address.number) {
    throw wrong(`Address ${quote(address.text)} in route definition is not a network address`);
  }
  return compact({
    family,
    address: address.text,
    netmask: netmask?.text,
    prefix,
    gateway: gateway.text,
    metric: checkMetric(fields.unsignedInteger('metric')),
  });
}

export function formatRoute({ family, address, netmask, prefix, gateway, metric }: Route): OutputElement {
  return element('route', { family, address, netmask, prefix, gateway, metric });
}

function requiredAddress(
  fields: Fields,
  key: 'address' | 'gateway',
  family: IpFamily | undefined,
): ParsedAddress {
  const text = fields.string(key);
  if (text === undefined) throw wrong(`Missing required ${key} attribute in route definition`);
  return checkAddress(key, text, family);
}

/** The family is that given, or IPv4. */
function checkAddress(key: string, text: string, family: IpFamily | undefined): ParsedAddress {
  const address = parseAddress(text);
  if (!address) {
    const what = key === 'address' ? 'network address' : `${key} address`;
    throw wrong(`Bad ${what} ${quote(text)} in route definition`);
  }
  if (address.family === (family ?? 'ipv4')) return address;
  const name = family === 'ipv6' ? 'IPv6' : 'IPv4';
  const whose = family === undefined ? 'No' : name;
  throw wrong(`${whose} family specified for non-${name} ${key} ${quote(text)} in route definition`);
}

function checkNetmask(text: string | undefined, address: ParsedAddress): ParsedAddress | undefined {
  if (text === undefined) return undefined;
  if (address.family === 'ipv6') {
    throw wrong(`Specifying netmask invalid for IPv6 address ${quote(address.text)} in route definition`);
  }
  return checkAddress('netmask', text, 'ipv4');
}

function checkPrefix(prefix: number | undefined, family: IpFamily): number | undefined {
  const bits = ADDRESS_BITS[family];
  if (prefix !== undefined && prefix > bits)
    throw wrong(`Invalid prefix ${prefix} specified in route definition, must be 0 - ${bits}`);
  return prefix;
}

function checkMetric(metric: number | undefined): number | undefined {
  if (metric === 0) throw wrong('Invalid metric value, must be > 0 in route definition');
  if (metric !== undefined && metric > MAX_METRIC)
    throw wrong(`Invalid metric ${metric} in route definition`);
  return metric;
}

function wrong(message: string): Error {
  return refusal('XML_ERROR', `<route>: ${message}`);
}
