/** What an interface is connected to. @see https://libvirt.org/formatdomain.html#network-interfaces */
import { compact } from '../../plain/compact.js';
import type { Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement, type Verbatim } from '../../xml/index.js';
import { formatKept, keepElement, parseKept } from '../kept.js';
import { checkIp, formatIp, parseIp, type Ip } from './ip.js';
import { checkDeviceName } from './names.js';
import { checkRoute, formatRoute, parseRoute, type Route } from './route.js';
import {
  DIRECT_MODES,
  type BridgeInterface,
  type DirectInterface,
  type EthernetInterface,
  type Interface,
  type InterfaceCommon,
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

type Type = Interface['type'];

type DraftSource = Readonly<
  Record<string, string | boolean | readonly Draft<Ip>[] | readonly Draft<Route>[] | undefined>
>;

export function parseSource(type: Type, nic: ElementReader): DraftSource {
  const source = nic.child('source');
  switch (type) {
    case 'bridge':
      return { bridge: source?.attribute('bridge').text() };
    case 'network':
      // What the network made of it at the start is not part of the definition.
      for (const name of ['portid', 'bridge']) source?.attribute(name);
      return {
        network: source?.attribute('network').text(),
        portgroup: source?.attribute('portgroup').text(),
      };
    case 'ethernet':
      return {
        hostIps: source?.children('ip').map(parseIp),
        hostRoutes: source?.children('route').map(parseRoute),
      };
    case 'direct':
      return { dev: source?.attribute('dev').text(), mode: source?.attribute('mode').text() };
    default:
      return { source: parseKept(nic, ['source'])[0], managed: nic.attribute('managed').yesNo() };
  }
}

export function checkSource(type: Type, fields: Fields): InterfaceSource {
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
      return compact({
        type,
        network: required(fields, type, 'network'),
        portgroup: present(fields.string('portgroup')),
      });
    case 'ethernet':
      return compact({
        type,
        hostIps: fields.list('hostIps', checkIp),
        hostRoutes: fields.list('hostRoutes', checkRoute),
      });
    case 'direct':
      return compact({
        type,
        dev: checkDeviceName("<source dev=...> of <interface type='direct'>", required(fields, type, 'dev')),
        mode: fields.oneOf('mode', DIRECT_MODES),
      });
    default:
      return compact({ type, source: checkKeptSource(fields), managed: fields.boolean('managed') });
  }
}

function checkKeptSource(fields: Fields): string | undefined {
  const source = fields.document('source');
  return source === undefined ? undefined : keepElement(source, `${fields.path}.source`, ['source']);
}

export function completeSource(nic: Interface): Interface {
  return nic.type === 'direct' ? Object.freeze({ ...nic, mode: nic.mode ?? 'vepa' }) : nic;
}

export function formatSource(nic: Interface): OutputElement | Verbatim | undefined {
  switch (nic.type) {
    case 'bridge':
      return element('source', { bridge: nic.bridge });
    case 'network':
      return element('source', { network: nic.network, portgroup: nic.portgroup });
    case 'ethernet': {
      const inside = [...(nic.hostIps ?? []).map(formatIp), ...(nic.hostRoutes ?? []).map(formatRoute)];
      return inside.length === 0 ? undefined : element('source', {}, inside);
    }
    case 'direct':
      return element('source', { dev: nic.dev, mode: nic.mode ?? 'vepa' });
    default:
      return nic.source === undefined ? undefined : formatKept([nic.source], 'source')[0];
  }
}

function required(fields: Fields, type: Type, key: string): string {
  const value = present(fields.string(key));
  if (value !== undefined) return value;
  throw refusal('XML_ERROR', `missing attribute '${key}' of <source> in <interface type='${type}'>`);
}

function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
