/** @see https://libvirt.org/formatdomain.html#block-character-devices */
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, textElement, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { DeviceInfo } from '../device-info.js';
import { checkIp, formatIp, parseIp, type Ip } from '../interface/ip.js';
import { checkDeviceName } from '../interface/names.js';
import { checkRoute, formatRoute, parseRoute, type Route } from '../interface/route.js';
import { checkAbsolutePath } from '../paths.js';

export const CAPABILITIES_HOSTDEV_TYPES = ['storage', 'misc', 'net'] as const;

/** A block device of the host, at the same path in the container. */
export interface StorageHostdev extends DeviceInfo {
  readonly mode: 'capabilities';
  readonly type: 'storage';
  /** Absolute path on the host. */
  readonly block: string;
}
/** A character device of the host, at the same path in the container. */
export interface MiscHostdev extends DeviceInfo {
  readonly mode: 'capabilities';
  readonly type: 'misc';
  /** Absolute path on the host. */
  readonly char: string;
}
/** A network interface of the host, moved into the container. */
export interface NetHostdev extends DeviceInfo {
  readonly mode: 'capabilities';
  readonly type: 'net';
  /** Its name on the host. */
  readonly interface: string;
  readonly ips?: readonly Ip[];
  readonly routes?: readonly Route[];
}
export type CapabilitiesHostdev = StorageHostdev | MiscHostdev | NetHostdev;
type CapabilitiesType = CapabilitiesHostdev['type'];

export function parseCapabilitiesHostdev(
  type: CapabilitiesType,
  hostdev: ElementReader,
): Draft<CapabilitiesHostdev> {
  const source = hostdev.child('source');
  if (!source) throw refusal('XML_ERROR', `Missing <source> element in <hostdev type='${type}'>`);
  const mode = 'capabilities';
  switch (type) {
    case 'storage':
      return { mode, type, block: source.value('block').text() };
    case 'misc':
      return { mode, type, char: source.value('char').text() };
    case 'net':
      return {
        mode,
        type,
        interface: source.value('interface').text(),
        ips: hostdev.children('ip').map(parseIp),
        routes: hostdev.children('route').map(parseRoute),
      };
  }
}

export function checkCapabilitiesHostdev(type: CapabilitiesType, fields: Fields): CapabilitiesHostdev {
  const mode = 'capabilities' as const;
  switch (type) {
    case 'storage':
      return { mode, type, block: checkNode(type, 'block', fields.string('block') ?? '') };
    case 'misc':
      return { mode, type, char: checkNode(type, 'char', fields.string('char') ?? '') };
    case 'net':
      return compact({
        mode,
        type,
        interface: checkInterfaceName(fields.string('interface') ?? ''),
        ips: fields.list('ips', checkIp),
        routes: fields.list('routes', checkRoute),
      });
  }
}

/** `<source>`, and what follows it. */
export function formatCapabilitiesSource(hostdev: CapabilitiesHostdev): OutputElement[] {
  switch (hostdev.type) {
    case 'storage':
      return [element('source', {}, [textElement('block', hostdev.block)])];
    case 'misc':
      return [element('source', {}, [textElement('char', hostdev.char)])];
    case 'net':
      return [
        element('source', {}, [textElement('interface', hostdev.interface)]),
        ...(hostdev.ips ?? []).map(formatIp),
        ...(hostdev.routes ?? []).map(formatRoute),
      ];
  }
}

/** Two that are the same device of the host. */
export function isSameCapability(one: CapabilitiesHostdev, other: CapabilitiesHostdev): boolean {
  switch (one.type) {
    case 'storage':
      return other.type === 'storage' && one.block === other.block;
    case 'misc':
      return other.type === 'misc' && one.char === other.char;
    case 'net':
      return other.type === 'net' && one.interface === other.interface;
  }
}

function checkNode(type: CapabilitiesType, name: string, path: string): string {
  if (path === '') throw missing(type, name);
  return checkAbsolutePath(`<${name}> of <hostdev type='${type}'>`, path);
}

function checkInterfaceName(name: string): string {
  if (name === '') throw missing('net', 'interface');
  return checkDeviceName("<interface> of <hostdev type='net'>", name);
}

function missing(type: CapabilitiesType, name: string): Error {
  return refusal('XML_ERROR', `Missing <${name}> element in <source> of <hostdev type='${type}'>`);
}
