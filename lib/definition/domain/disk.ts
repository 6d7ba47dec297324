/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { compact, emptyIsNone, falseIsNone, zeroIsNone } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { element, formatOnOff, formatYesNo, textElement, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo } from './device-info.js';
import { checkDiskDriver, formatDiskDriver } from './disk/driver.js';
import { checkDiskIotune, formatDiskIotune } from './disk/iotune.js';
import { checkDiskBlockio, checkDiskGeometry, formatDiskBlockio, formatDiskGeometry } from './disk/parts.js';
import { checkDiskRules, diskBus, diskDevice } from './disk/rules.js';
import { DISK_TYPES, formatDiskSource, KEPT_IN_DISK, KEPT_IN_SOURCE, onlyLocal } from './disk/source.js';
import { checkDiskTarget, defaultAddress, DISK_BUSES, DISK_DEVICES } from './disk/target.js';
import {
  DISK_SGIO,
  DISK_SNAPSHOTS,
  DISK_TRAYS,
  STARTUP_POLICIES,
  type CompleteDisk,
  type Disk,
} from './disk/types.js';
import { checkKept, formatKept } from './kept.js';
import { checkAbsolutePath } from './paths.js';
import { VIRTIO_MODELS } from './virtio.js';

export { parseDisk } from './disk/parse.js';

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
  const readonly = falseIsNone(fields.boolean('readonly'));
  const snapshot = fields.oneOf('snapshot', DISK_SNAPSHOTS);
  const transient = falseIsNone(fields.boolean('transient'));
  const shareBacking = falseIsNone(fields.boolean('transientShareBacking'));
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
    backenddomain: emptyIsNone(fields.string('backenddomain')),
    geometry: checkDiskGeometry(fields),
    blockio: checkDiskBlockio(fields),
    tray: tray === 'closed' ? undefined : tray,
    removable: fields.boolean('removable'),
    rotationRate: zeroIsNone(fields.unsignedInteger('rotationRate')),
    iotune: checkDiskIotune(fields),
    shareable: falseIsNone(fields.boolean('shareable')),
    transient,
    transientShareBacking: transient === true ? shareBacking : undefined,
    serial: emptyIsNone(fields.string('serial')),
    wwn: emptyIsNone(fields.string('wwn')),
    vendor: emptyIsNone(fields.string('vendor')),
    product: emptyIsNone(fields.string('product')),
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
    formatDiskSource(disk),
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

function formatTarget({ target, bus, tray, removable, rotationRate }: CompleteDisk): OutputElement {
  return element('target', {
    dev: target,
    bus,
    tray,
    removable: formatOnOff(removable),
    rotation_rate: rotationRate,
  });
}
