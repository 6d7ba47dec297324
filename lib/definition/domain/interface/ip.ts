/** @see https://libvirt.org/formatdomain.html#ip-configuration */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { ADDRESS_BITS, IP_FAMILIES, parseAddress, type IpFamily, type ParsedAddress } from './address.js';

/**
 * An address given to an interface.
 * @see https://libvirt.org/formatdomain.html#ip-configuration
 */
export interface Ip {
  readonly address: string;
  /** That of the address when absent. */
  readonly family?: IpFamily;
  /** Bits of the network; those of the address' class for IPv4 and 64 for IPv6 when absent or 0. */
  readonly prefix?: number;
  /** Address of the other end of a link between two. */
  readonly peer?: string;
}

export function parseIp(ip: ElementReader): Draft<Ip> {
  const family = ip.attribute('family').text();
  return {
    address: ip.attribute('address').text(),
    // As in libvirt, a word that is no family leaves the choice to the address.
    family: IP_FAMILIES.find((item) => item === family),
    prefix: ip.attribute('prefix').unsignedInteger(),
    peer: ip.attribute('peer').text(),
  };
}

/** Checks an address, names its family, and writes it as the C library does. */
export function checkIp(fields: Fields): Ip {
  const text = fields.string('address');
  const peer = fields.string('peer');
  if (text === undefined) throw refusal('XML_ERROR', 'Missing required address in <ip>');
  const address = parseOfFamily(text, fields.oneOf('family', IP_FAMILIES));
  if (!address) throw refusal('XML_ERROR', `Invalid address ${quote(text)} in <ip>`);
  const { family } = address;
  return compact({
    address: address.text,
    family,
    prefix: checkPrefix(fields.unsignedInteger('prefix'), family),
    peer: peer === undefined ? undefined : checkPeer(peer, family),
  });
}

export function formatIp({ address, family, prefix, peer }: Ip): OutputElement {
  return element('ip', { address, family, prefix, peer });
}

function parseOfFamily(text: string, family: IpFamily | undefined): ParsedAddress | undefined {
  const address = parseAddress(text);
  return family === undefined || address?.family === family ? address : undefined;
}

function checkPeer(text: string, family: IpFamily): string {
  const address = parseOfFamily(text, family);
  if (!address) throw refusal('INVALID_ARG', `Invalid peer ${quote(text)} in <ip>`);
  return address.text;
}

/** As in libvirt, 0 is none. */
function checkPrefix(prefix: number | undefined, family: IpFamily): number | undefined {
  if (prefix === undefined || prefix === 0) return undefined;
  if (prefix > ADDRESS_BITS[family]) {
    throw refusal('XML_ERROR', `Invalid prefix value '${prefix}' in <ip>`);
  }
  return prefix;
}
