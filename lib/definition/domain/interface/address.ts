/** IP addresses as numbers: to print them as libvirt does, and to know networks from hosts. */
import { isIP, SocketAddress } from 'node:net';

export const IP_FAMILIES = ['ipv4', 'ipv6'] as const;
export type IpFamily = (typeof IP_FAMILIES)[number];

/** Bits of an address. */
export const ADDRESS_BITS: Readonly<Record<IpFamily, number>> = { ipv4: 32, ipv6: 128 };

export interface ParsedAddress {
  readonly family: IpFamily;
  /** As the C library prints it. */
  readonly text: string;
  readonly number: bigint;
}

/** An address in figures, without zone; undefined when the text is none. */
export function parseAddress(text: string): ParsedAddress | undefined {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const { address } = new SocketAddress({ address: text, family });
  return { family, text: address, number: family === 'ipv4' ? ipv4Number(address) : ipv6Number(address) };
}

/** The number of the network that an address is in. */
export function networkNumber(address: ParsedAddress, prefix: number): bigint {
  const hostBits = BigInt(ADDRESS_BITS[address.family] - prefix);
  return (address.number >> hostBits) << hostBits;
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((number, part) => number * 256n + BigInt(part), 0n);
}

function ipv6Number(address: string): bigint {
  const [head = [], tail = []] = address.split('::').map(ipv6Groups);
  const zeros = Array<bigint>(8 - head.length - tail.length).fill(0n);
  return [...head, ...zeros, ...tail].reduce((number, group) => number * 65536n + group, 0n);
}

/** An address that ends like one of IPv4 (`::ffff:10.0.0.1`) holds two groups there. */
function ipv6Groups(part: string): bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const number = ipv4Number(group);
    return [number >> 16n, number & 0xffffn];
  });
}
