/** What an interface is connected to. @see https://libvirt.org/formatdomain.html#network-interfaces */
import { compact, emptyIsNone, falseIsNone, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import {
  element,
  group,
  isElement,
  parseXml,
  type ElementReader,
  type OutputElement,
  type Verbatim,
} from '../../xml/index.js';
import { formatKept, keepElement, parseKept, type Kept } from '../kept.js';
import { normaliseUuid } from '../uuid.js';
import { checkIp, formatIp, parseIp, type Ip } from './ip.js';
import { isPasst } from './machine.js';
import { checkDeviceName } from './names.js';
import { checkRoute, formatRoute, parseRoute, type Route } from './route.js';
import {
  DIRECT_MODES,
  MAC_TABLE_MANAGERS,
  type BridgeInterface,
  type DirectInterface,
  type EthernetInterface,
  type Interface,
  type InterfaceCommon,
  type InterfaceType,
  type MachineInterface,
  type NetworkInterface,
} from './types.js';

type Only<T> = Omit<T, keyof InterfaceCommon>;
/** The part of an interface that depends on its type. */
export type InterfaceSource =
  | Only<BridgeInterface>
  | Only<NetworkInterface>
  | Only<EthernetInterface>
  | Only<DirectInterface>
  | Only<MachineInterface>;

interface HostSide {
  readonly hostIps?: readonly Ip[];
  readonly hostRoutes?: readonly Route[];
}
type DraftSource = Readonly<
  Record<string, string | boolean | readonly Draft<Ip>[] | readonly Draft<Route>[] | undefined>
>;

/** What `<source>` of a machine's interface must have. */
const REQUIRED: Readonly<Record<MachineInterface['type'], readonly string[]>> = {
  user: [],
  server: ['port'],
  client: ['address', 'port'],
  mcast: ['address', 'port'],
  udp: ['address', 'port'],
  internal: ['name'],
  hostdev: [],
  vhostuser: ['type', 'path', 'mode'],
  vdpa: ['dev'],
  vds: ['switchid', 'portid', 'portgroupid', 'connectionid'],
  null: [],
};
/** What the network made of a source at the start: not part of the definition. */
const LIVE_ATTRIBUTES = ['network', 'portgroup', 'portid', 'bridge', 'macTableManager'] as const;

export function parseSource(type: InterfaceType, nic: ElementReader): DraftSource {
  const source = nic.child('source');
  const text = (name: string): string | undefined => source?.attribute(name).text();
  switch (type) {
    case 'bridge':
      LIVE_ATTRIBUTES.forEach(text);
      return { bridge: text('bridge'), ...parseHostSide(source) };
    case 'network':
      LIVE_ATTRIBUTES.forEach(text);
      return { network: text('network'), portgroup: text('portgroup'), ...parseHostSide(source) };
    case 'ethernet':
      return parseHostSide(source);
    case 'direct':
      LIVE_ATTRIBUTES.forEach(text);
      return { dev: text('dev'), mode: text('mode'), ...parseHostSide(source) };
    default:
      return { source: parseKept(nic, ['source'])[0], managed: nic.attribute('managed').yesNo() };
  }
}

/** Only a pair has one; that of others is read to be refused. */
function parseHostSide(source: ElementReader | undefined): DraftSource {
  return {
    hostIps: source?.children('ip').map(parseIp),
    hostRoutes: source?.children('route').map(parseRoute),
  };
}

export function checkSource(
  type: InterfaceType,
  fields: Fields,
  { kept = [] }: InterfaceCommon,
): InterfaceSource {
  const host: HostSide = compact({
    hostIps: fields.list('hostIps', checkIp),
    hostRoutes: fields.list('hostRoutes', checkRoute),
  });
  if (type === 'ethernet') return Object.freeze({ type, ...host });
  if (host.hostIps ?? host.hostRoutes) throw hostSideOf(type);
  switch (type) {
    case 'bridge':
      return Object.freeze({
        type,
        bridge: checkDeviceName(
          "<source bridge=...> of <interface type='bridge'>",
          required(fields, type, 'bridge'),
        ),
      });
    case 'network':
      return checkNetwork(fields);
    case 'direct':
      return compact({
        type,
        dev: checkDeviceName("<source dev=...> of <interface type='direct'>", required(fields, type, 'dev')),
        mode: fields.oneOf('mode', DIRECT_MODES),
      });
    default:
      return checkMachine(type, fields, kept);
  }
}

function checkNetwork(fields: Fields): Only<NetworkInterface> {
  const type = 'network' as const;
  const portid = emptyIsNone(fields.string('portid'));
  const bridge = emptyIsNone(fields.string('bridge'));
  return compact({
    type,
    network: required(fields, type, 'network'),
    portgroup: emptyIsNone(fields.string('portgroup')),
    portid: portid === undefined ? undefined : normaliseUuid(portid),
    bridge: bridge === undefined ? undefined : checkDeviceName(`<interface type='${type}'> bridge`, bridge),
    macTableManager: fields.oneOf('macTableManager', MAC_TABLE_MANAGERS),
  });
}

function checkMachine(type: MachineInterface['type'], fields: Fields, kept: Kept): Only<MachineInterface> {
  const given = fields.document('source');
  const source = given === undefined ? undefined : keepElement(given, `${fields.path}.source`, ['source']);
  const managed = fields.boolean('managed');
  if (source !== undefined) checkMachineSource(type, source);
  else if (type !== 'user' && type !== 'null') {
    throw refusal('XML_ERROR', `interface type='${type}' requires a 'source' element`);
  }
  // libvirt prints the source of a user's network for the backend that reads it only.
  const isDead = type === 'null' || (type === 'user' && !isPasst(kept)) || source === '<source/>';
  return compact({
    type,
    source: isDead ? undefined : source,
    // As in libvirt, the others have nothing to manage, and no is not printed.
    managed: type === 'hostdev' ? falseIsNone(managed) : undefined,
  });
}

function checkMachineSource(type: MachineInterface['type'], source: string): void {
  const { attributes, children } = parseXml(source);
  const missing = REQUIRED[type].find((name) => !attributes.some((given) => given.name === name));
  if (missing !== undefined) throw missingIn(type, missing);
  const names = children.filter(isElement).map(({ name }) => name);
  if (names.includes('ip') || names.includes('route')) throw hostSideOf(type);
}

/** The default, and nothing that is live only. */
export function completeSource(nic: Interface): Interface {
  switch (nic.type) {
    case 'direct':
      return { ...nic, mode: nic.mode ?? 'vepa' };
    case 'network':
      return compact({ ...nic, portid: undefined, bridge: undefined, macTableManager: undefined });
    default:
      return nic;
  }
}

export function formatSource(nic: Interface): OutputElement | Verbatim | undefined {
  switch (nic.type) {
    case 'bridge':
      return element('source', { bridge: nic.bridge });
    case 'network': {
      const { network, portgroup, portid, bridge, macTableManager } = nic;
      return element('source', { network, portgroup, portid, bridge, macTableManager });
    }
    case 'ethernet':
      return group('source', [
        ...(nic.hostIps ?? []).map(formatIp),
        ...(nic.hostRoutes ?? []).map(formatRoute),
      ]);
    case 'direct':
      return element('source', { dev: nic.dev, mode: nic.mode ?? 'vepa' });
    default:
      return nic.source === undefined ? undefined : formatKept([nic.source], 'source')[0];
  }
}

function required(fields: Fields, type: InterfaceType, key: string): string {
  const value = emptyIsNone(fields.string(key));
  if (value !== undefined) return value;
  throw missingIn(type, key);
}

function missingIn(type: InterfaceType, name: string): Error {
  return refusal(
    'XML_ERROR',
    `Missing required attribute '${name}' in element 'source' of <interface type='${type}'>`,
  );
}

function hostSideOf(type: InterfaceType): Error {
  return refusal(
    'CONFIG_UNSUPPORTED',
    `Invalid attempt to set network interface host-side IP route and/or address info on interface of type '${type}': ` +
      "only type 'ethernet' has one",
  );
}
