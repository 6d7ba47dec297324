/**
 * One device by itself: what is attached to, detached from or updated in a definition.
 * @see https://libvirt.org/formatdomain.html#devices
 */
import { quote } from '../../errors.js';
import type { Draft } from '../plain/compact.js';
import { copyPlainData } from '../plain/copy.js';
import { Fields, readAll } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import {
  ElementReader,
  parseXml,
  printXml,
  qualifiedName,
  ReadRecord,
  type OutputElement,
  type XmlElement,
} from '../xml/index.js';
import { checkDisk, completeDisk, formatDisk, parseDisk } from './disk.js';
import type { Disk } from './disk/types.js';
import { checkFilesystem, completeFilesystem, formatFilesystem, parseFilesystem } from './filesystem.js';
import type { Filesystem } from './filesystem/types.js';
import { RANDOM, type Generate } from './generate.js';
import { checkHostdev, formatHostdev, parseHostdev, type Hostdev } from './hostdev.js';
import { checkInterface, completeInterface, formatInterface, parseInterface } from './interface.js';
import type { Interface } from './interface/types.js';
import { KEPT_DEVICES } from './kept.js';
import type { ParseOptions } from './parse.js';
import { refuseUnknown } from './strict.js';

/** One device of a kind that containers have. */
export type Device =
  | { readonly disk: Disk }
  | { readonly filesystem: Filesystem }
  | { readonly interface: Interface }
  | { readonly hostdev: Hostdev };

export const DEVICE_ACTIONS = ['attach', 'detach', 'update'] as const;
/** What is done with a device. */
export type DeviceAction = (typeof DEVICE_ACTIONS)[number];

const DEVICE_KINDS = ['disk', 'filesystem', 'interface', 'hostdev'] as const;
type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Devices that a definition can have, but that come and go with the whole of it. */
const FIXED_DEVICES: readonly string[] = ['console', ...KEPT_DEVICES];

export interface ParseDeviceOptions extends ParseOptions {
  /** What will be done with it, for error messages. Default: attach. */
  readonly action?: DeviceAction;
}

/**
 * Parses the XML of one device: `<disk>`, `<filesystem>`, `<interface>` or `<hostdev>`.
 * @throws VirtError as `parseDomain`; CONFIG_UNSUPPORTED for a device of another kind.
 */
export function parseDevice(xml: string, options: ParseDeviceOptions = {}): Device {
  if (typeof xml !== 'string') throw refusal('INVALID_ARG', 'device XML must be a string');
  const root = parseXml(xml);
  const kind = kindOf(root, options.action ?? 'attach');
  const read = new ReadRecord();
  const draft = parseKind(kind, new ElementReader(root, read));
  if (options.validate === true) refuseUnknown(root, read, `devices/${kind}`);
  return checkDevice({ [kind]: draft });
}

/**
 * Checks a value of unknown origin and copies it into a frozen device.
 * @throws VirtError INVALID_ARG when it does not have a device's shape; libvirt's codes when it breaks a rule.
 */
export function checkDevice(value: unknown): Device {
  return readAll(new Fields(copyPlainData(value, 'device'), 'device'), (fields) => {
    const [kind, another] = DEVICE_KINDS.filter((key) => fields.keys().includes(key));
    const inside = kind && fields.fields(kind);
    if (!inside || another) {
      throw refusal('INVALID_ARG', `device must have one of ${DEVICE_KINDS.join(', ')}, and one only`);
    }
    return Object.freeze(checkKind(kind, inside));
  });
}

/** Prints a device as it stands in domain XML, with its defaults: without a MAC address it gets a random one. */
export function formatDevice(device: Device, generate: Generate = RANDOM): string {
  return printXml(formatKind(device, generate));
}

/** A device as messages name it. */
export function describeDevice(device: Device): string {
  if ('disk' in device) return `<disk> target ${quote(device.disk.target)}`;
  if ('filesystem' in device) return `<filesystem> target ${quote(device.filesystem.target)}`;
  if ('hostdev' in device) return `<hostdev type='${device.hostdev.type}'>`;
  const { type, mac } = device.interface;
  return `<interface type='${type}'>${mac === undefined ? '' : ` ${mac}`}`;
}

function kindOf(root: XmlElement, action: DeviceAction): DeviceKind {
  const found = DEVICE_KINDS.find((kind) => kind === root.name && root.namespace === '');
  if (found !== undefined) return found;
  if (root.namespace === '' && FIXED_DEVICES.includes(root.name)) {
    throw refusal('CONFIG_UNSUPPORTED', `persistent ${action} of device is not supported: <${root.name}>`);
  }
  throw refusal('XML_ERROR', `unknown device type ${quote(qualifiedName(root))}`);
}

function parseKind(kind: DeviceKind, element: ElementReader): Draft<Disk | Filesystem | Interface | Hostdev> {
  switch (kind) {
    case 'disk':
      return parseDisk(element);
    case 'filesystem':
      return parseFilesystem(element);
    case 'interface':
      return parseInterface(element);
    case 'hostdev':
      return parseHostdev(element);
  }
}

function checkKind(kind: DeviceKind, fields: Fields): Device {
  switch (kind) {
    case 'disk':
      return { disk: readAll(fields, checkDisk) };
    case 'filesystem':
      return { filesystem: readAll(fields, checkFilesystem) };
    case 'interface':
      return { interface: readAll(fields, checkInterface) };
    case 'hostdev':
      return { hostdev: readAll(fields, checkHostdev) };
  }
}

function formatKind(device: Device, generate: Generate): OutputElement {
  if ('disk' in device) return formatDisk(completeDisk(device.disk));
  if ('filesystem' in device) return formatFilesystem(completeFilesystem(device.filesystem));
  if ('interface' in device) return formatInterface(completeInterface(device.interface, generate));
  return formatHostdev(device.hostdev);
}
