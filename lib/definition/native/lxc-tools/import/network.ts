/** Network interfaces, made or taken from the host. */
import { quote } from '../../../../errors.js';
import type { Hostdev, Interface, InterfaceCommon, Ip, Route } from '../../../domain/index.js';
import { parseAddress } from '../../../domain/interface/address.js';
import { compact } from '../../../plain/compact.js';
import { refusal } from '../../../refusal.js';
import type { Config, Entry } from '../config.js';
import { wholeNumber, words } from '../values.js';
import { collectNics, type Nic } from './nics.js';

export interface ImportedNetwork {
  readonly interfaces: readonly Interface[];
  readonly hostdevs: readonly Hostdev[];
  /** True when there is nothing else that gives the container a network of its own. */
  readonly privnet: boolean;
}

/** In libvirt's words; its own two are `private`, the default here, and `vepa`. */
const MACVLAN_MODES = new Map([
  ['private', 'private'],
  ['vepa', 'vepa'],
  ['bridge', 'bridge'],
  ['passthru', 'passthrough'],
] as const);
const ANYWHERE = { ipv4: '0.0.0.0', ipv6: '::' } as const;
const UNICAST_MAC = /^[\da-f]?[02468ace](?::[\da-f]{1,2}){5}$/iu;

export function importNetwork(config: Config): ImportedNetwork {
  const interfaces: Interface[] = [];
  const hostdevs: Hostdev[] = [];
  let isShared = false;
  for (const nic of collectNics(config)) {
    const type = nic.value('type') ?? 'empty';
    switch (type) {
      case 'none':
        isShared = true;
        break;
      case 'empty':
        break;
      case 'phys':
      case 'vlan':
        hostdevs.push(readHostdev(config, nic, type));
        break;
      case 'veth':
      case 'macvlan':
        interfaces.push({ ...readSource(config, nic, type), ...readCommon(config, nic) });
        break;
      default:
        nic.leave(`interfaces of type ${quote(type)} have no equivalent`);
    }
  }
  return { interfaces, hostdevs, privnet: interfaces.length + hostdevs.length === 0 && !isShared };
}

function readHostdev(config: Config, nic: Nic, type: 'phys' | 'vlan'): Hostdev {
  const link = requiredLink(nic);
  const vlan = type === 'vlan' ? nic.value('vlan.id') : undefined;
  // It has no state of its own: it is brought up whatever the flags say.
  nic.entry('flags');
  return compact({
    mode: 'capabilities' as const,
    type: 'net' as const,
    interface: vlan === undefined ? link : `${link}.${vlan}`,
    ips: readIps(nic),
    routes: readRoutes(config, nic),
  });
}

type Source =
  | { readonly type: 'bridge'; readonly bridge: string }
  | { readonly type: 'ethernet' }
  | {
      readonly type: 'direct';
      readonly dev: string;
      readonly mode: 'vepa' | 'private' | 'bridge' | 'passthrough';
    };

function readSource(config: Config, nic: Nic, type: 'veth' | 'macvlan'): Source {
  if (type === 'veth') {
    const bridge = nic.value('link');
    return bridge === undefined ? { type: 'ethernet' } : { type: 'bridge', bridge };
  }
  const given = nic.entry('macvlan.mode');
  const [, mode] = [...MACVLAN_MODES].find(([name]) => name === given?.value) ?? [];
  if (given && mode === undefined) config.leave(given, 'unknown mode');
  return { type: 'direct', dev: requiredLink(nic), mode: mode ?? 'private' };
}

function readCommon(config: Config, nic: Nic): InterfaceCommon {
  const mtu = nic.value('mtu');
  return compact({
    mac: readMac(config, nic),
    ips: readIps(nic),
    routes: readRoutes(config, nic),
    targetDev: nic.value('veth.pair'),
    guestDev: nic.value('name'),
    link: nic.value('flags') === 'up' ? ('up' as const) : ('down' as const),
    mtuBytes: mtu === undefined ? undefined : wholeNumber(mtu),
  });
}

function requiredLink(nic: Nic): string {
  const link = nic.value('link');
  if (link === undefined) throw refusal('CONFIG_UNSUPPORTED', "Missing 'link' attribute for NIC");
  return link;
}

/** Templates have letters `x` for digits to be made up: a random address is what they ask for. */
function readMac(config: Config, nic: Nic): string | undefined {
  const entry = nic.entry('hwaddr');
  if (!entry || entry.value === '') return undefined;
  if (UNICAST_MAC.test(entry.value)) return entry.value;
  config.leave(entry, 'no address: a random one is made up');
  return undefined;
}

function readIps(nic: Nic): readonly Ip[] {
  const entries = nic.entries('ipv4.address', 'ipv6.address').filter(({ value }) => value !== '');
  return entries.map(readIp);
}

/** `ADDRESS/PREFIX`; the broadcast address that may follow is what the kernel uses anyway. */
function readIp({ key, value }: Entry): Ip {
  const family = /ipv6(?:\.address)?$/u.test(key) ? 'ipv6' : 'ipv4';
  const [, text = '', prefix = ''] = /^([^/]*)\/(\d{1,3})$/u.exec(words(value)[0] ?? '') ?? [];
  if (prefix === '' || parseAddress(text)?.family !== family) {
    throw refusal('INVALID_ARG', `Invalid CIDR address: ${quote(value)}`);
  }
  return { family, address: text, prefix: Number(prefix) };
}

function readRoutes(config: Config, nic: Nic): readonly Route[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const entry = nic.entry(`${family}.gateway`);
    if (!entry || entry.value === '') return [];
    if (entry.value === 'auto' || entry.value === 'dev') {
      config.leave(entry, 'a route needs the address of its gateway');
      return [];
    }
    return [{ family, address: ANYWHERE[family], gateway: entry.value }];
  });
}
