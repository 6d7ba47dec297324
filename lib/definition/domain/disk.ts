/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { quote } from '../../errors.js';
import { compact, zeroIsNone, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo, parseDeviceInfo } from './device-info.js';
import { checkDiskDriver, formatDiskDriver, parseDiskDriver } from './disk/driver.js';
import { checkDiskIotune, formatDiskIotune, parseDiskIotune } from './disk/iotune.js';
import {
  checkDiskBlockio,
  checkDiskGeometry,
  formatDiskBlockio,
  formatDiskGeometry,
  parseDiskBlockio,
  parseDiskGeometry,
} from './disk/parts.js';
import { checkDiskRules, diskBus, diskDevice } from './disk/rules.js';
import { checkDiskTarget, defaultAddress, DISK_BUSES, DISK_DEVICES } from './disk/target.js';
import {
  DISK_SGIO,
  DISK_SNAPSHOTS,
  DISK_TRAYS,
  STARTUP_POLICIES,
  type CompleteDisk,
  type Disk,
} from './disk/types.js';
import { checkKept, formatKept, parseKept } from './kept.js';
import { checkAbsolutePath } from './paths.js';
import { formatOnOff, VIRTIO_MODELS } from './storage-format.js';

export type * from './disk/types.js';
export type { DiskDriver } from './disk/driver.js';
export type { DiskIotune } from './disk/iotune.js';
export type { DiskBus, DiskDevice } from './disk/target.js';

/** libvirt's types of a disk's source; containers have none but the first two. */
export const DISK_TYPES = [
  'block',
  'file',
  'dir',
  'network',
  'volume',
  'nvme',
  'vhostuser',
  'vhostvdpa',
] as const;
const KEPT_IN_SOURCE = ['slices', 'seclabel', 'reservations'] as const;
const KEPT_IN_DISK = ['auth', 'backingStore', 'encryption'] as const;

export function parseDisk(disk: ElementReader): Draft<Disk> {
  const type = onlyLocal(disk.attribute('type').oneOf(DISK_TYPES) ?? 'file');
  const source = disk.child('source');
  const text = (name: string): string | undefined => disk.attribute(name).text();
  return {
    type,
    device: text('device'),
    model: text('model'),
    rawio: disk.attribute('rawio').yesNo(),
    sgio: text('sgio'),
    snapshot: text('snapshot'),
    driver: parseDiskDriver(disk),
    source: source?.attribute(type === 'block' ? 'dev' : 'file').text(),
    startupPolicy: source?.attribute('startupPolicy').text(),
    backenddomain: disk.child('backenddomain')?.attribute('name').text(),
    geometry: parseDiskGeometry(disk),
    blockio: parseDiskBlockio(disk),
    ...parseTarget(disk.child('target')),
    iotune: parseDiskIotune(disk),
    ...parseFlags(disk),
    serial: presentText(disk, 'serial'),
    wwn: presentText(disk, 'wwn'),
    vendor: presentText(disk, 'vendor'),
    product: presentText(disk, 'product'),
    kept: parseKeptParts(disk, source),
    ...parseDeviceInfo(disk),
  };
}

function parseTarget(
  target: ElementReader | undefined,
): Pick<Draft<Disk>, 'target' | 'bus' | 'tray' | 'removable' | 'rotationRate'> {
  return {
    // Xen's prefix of old.
    target: target
      ?.attribute('dev')
      .text()
      ?.replace(/^ioemu:/u, ''),
    bus: target?.attribute('bus').text(),
    tray: target?.attribute('tray').text(),
    removable: target?.attribute('removable').onOff(),
    rotationRate: target?.attribute('rotation_rate').unsignedInteger(),
  };
}

function parseFlags(
  disk: ElementReader,
): Pick<Draft<Disk>, 'readonly' | 'shareable' | 'transient' | 'transientShareBacking'> {
  const transient = disk.child('transient');
  return {
    readonly: disk.child('readonly') !== undefined,
    shareable: disk.child('shareable') !== undefined,
    transient: transient !== undefined,
    transientShareBacking: transient?.attribute('shareBacking').yesNo(),
  };
}

/** libvirt prints `<encryption>` where it found it; here it has one place. */
function parseKeptParts(disk: ElementReader, source: ElementReader | undefined): Draft<Disk['kept']> {
  const ofSource = source && parseKept(source, [...KEPT_IN_SOURCE, 'encryption']);
  return [...(ofSource ?? []), ...(parseKept(disk, KEPT_IN_DISK) ?? [])];
}

export function checkDisk(fields: Fields): Disk {
  const given = onlyLocal(fields.requiredOneOf('type', DISK_TYPES));
  const device = fields.oneOf('device', DISK_DEVICES);
  const source = fields.string('source') ?? '';
  const target = checkDiskTarget(fields.string('target') ?? '', device ?? 'disk', source);
  const startupPolicy = fields.oneOf('startupPolicy', STARTUP_POLICIES);
  const disk = Object.freeze({
    // A disk without <source> is one of type file, as libvirt reads it.
    type: source === '' && startupPolicy === undefined ? 'file' : given,
    ...compact({
      source: source === '' ? undefined : checkAbsolutePath(`<disk> target '${target}': source`, source),
      startupPolicy,
      device,
      target,
    }),
    ...checkDetails(fields),
    ...checkDeviceInfo(fields),
  });
  checkDiskRules(disk);
  return disk;
}

function checkDetails(fields: Fields): Omit<Disk, 'type' | 'target' | 'source'> {
  const readonly = onlyTrue(fields.boolean('readonly'));
  const snapshot = fields.oneOf('snapshot', DISK_SNAPSHOTS);
  const transient = onlyTrue(fields.boolean('transient'));
  const shareBacking = onlyTrue(fields.boolean('transientShareBacking'));
  const tray = fields.oneOf('tray', DISK_TRAYS);
  return compact({
    bus: fields.oneOf('bus', DISK_BUSES),
    readonly,
    driver: checkDiskDriver(fields),
    model: fields.oneOf('model', VIRTIO_MODELS),
    rawio: fields.boolean('rawio'),
    sgio: fields.oneOf('sgio', DISK_SGIO),
    // That of a disk that can't change anyway: libvirt prints it only for others.
    snapshot: snapshot === 'no' && readonly === true ? undefined : snapshot,
    backenddomain: present(fields.string('backenddomain')),
    geometry: checkDiskGeometry(fields),
    blockio: checkDiskBlockio(fields),
    tray: tray === 'closed' ? undefined : tray,
    removable: fields.boolean('removable'),
    rotationRate: zeroIsNone(fields.unsignedInteger('rotationRate')),
    iotune: checkDiskIotune(fields),
    shareable: onlyTrue(fields.boolean('shareable')),
    transient,
    transientShareBacking: transient === true ? shareBacking : undefined,
    serial: present(fields.string('serial')),
    wwn: present(fields.string('wwn')),
    vendor: present(fields.string('vendor')),
    product: present(fields.string('product')),
    kept: checkKept(fields, [...KEPT_IN_SOURCE, ...KEPT_IN_DISK]),
  });
}

export function completeDisk(disk: Disk): CompleteDisk {
  const device = diskDevice(disk);
  const bus = diskBus(disk);
  const { snapshot, ...rest } = disk;
  const isReadonly = device === 'cdrom' || disk.readonly === true;
  return Object.freeze({
    ...rest,
    ...compact({
      snapshot: snapshot === 'no' && isReadonly ? undefined : snapshot,
      readonly: isReadonly ? true : undefined,
      address: disk.address ?? defaultAddress(disk.target, bus),
    }),
    device,
    bus,
  });
}

export function formatDisk(disk: CompleteDisk): OutputElement {
  const { type, device, model, rawio, sgio, snapshot } = disk;
  const backing = disk.backenddomain;
  return element('disk', { type, device, model, rawio: formatYesNo(rawio), sgio, snapshot }, [
    formatDiskDriver(disk.driver),
    ...formatKept(disk.kept, 'auth'),
    formatSource(disk),
    ...formatKept(disk.kept, 'backingStore'),
    backing === undefined ? undefined : element('backenddomain', { name: backing }),
    formatDiskGeometry(disk.geometry),
    formatDiskBlockio(disk.blockio),
    formatTarget(disk),
    formatDiskIotune(disk.iotune),
    disk.readonly === true ? element('readonly') : undefined,
    disk.shareable === true ? element('shareable') : undefined,
    disk.transient === true
      ? element('transient', { shareBacking: formatYesNo(disk.transientShareBacking) })
      : undefined,
    textElement('serial', disk.serial),
    textElement('wwn', disk.wwn),
    textElement('vendor', disk.vendor),
    textElement('product', disk.product),
    ...formatKept(disk.kept, 'encryption'),
    ...formatDeviceInfo(disk),
  ]);
}

function formatSource(disk: Disk): OutputElement | undefined {
  const { source, startupPolicy } = disk;
  const children = KEPT_IN_SOURCE.flatMap((name) => formatKept(disk.kept, name));
  if (source === undefined && startupPolicy === undefined) return group('source', children);
  return element('source', { [disk.type === 'block' ? 'dev' : 'file']: source, startupPolicy }, children);
}

function formatTarget({ target, bus, tray, removable, rotationRate }: CompleteDisk): OutputElement {
  return element('target', {
    dev: target,
    bus,
    tray,
    removable: formatOnOff(removable),
    rotation_rate: rotationRate,
  });
}

function onlyLocal(type: (typeof DISK_TYPES)[number]): 'block' | 'file' {
  if (type === 'block' || type === 'file') return type;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `<disk type=${quote(type)}> is not supported: Can't setup disk for non-block device`,
  );
}

function presentText(disk: ElementReader, name: string): string | undefined {
  return present(disk.value(name).text());
}

/** As in libvirt, an empty text is none. */
function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function onlyTrue(flag: boolean | undefined): true | undefined {
  return flag === true ? true : undefined;
}

function formatYesNo(flag: boolean | undefined): string | undefined {
  if (flag === undefined) return undefined;
  return flag ? 'yes' : 'no';
}
