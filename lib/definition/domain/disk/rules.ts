/** What libvirt does not let go together in one disk, and among disks. */
import { quote } from '../../../errors.js';
import { refusal } from '../../refusal.js';
import { virtioOption } from './driver.js';
import { defaultAddress, defaultBus, hasDriveAddress, type DiskBus, type DiskDevice } from './target.js';
import type { Disk } from './types.js';

const MAX_VENDOR = 8;
const MAX_PRODUCT = 16;

export function diskDevice(disk: Disk): DiskDevice {
  return disk.device ?? 'disk';
}

export function diskBus(disk: Disk): DiskBus {
  return disk.bus ?? defaultBus(disk.target, diskDevice(disk));
}

export function checkDiskRules(disk: Disk): void {
  checkLun(disk);
  checkMedia(disk);
  checkBus(disk);
  checkText('vendor', disk.vendor, MAX_VENDOR);
  checkText('product', disk.product, MAX_PRODUCT);
  if (disk.wwn !== undefined && !/^(?:0x)?[\da-f]{16}$/iu.test(disk.wwn)) {
    throw wrong(disk, `Malformed wwn: ${quote(disk.wwn)}`);
  }
}

/** Two disks of one name, or at one place. */
export function checkDiskPairs(disks: readonly Disk[]): void {
  const targets = new Map<string, Disk>();
  const places = new Map<string, Disk>();
  for (const disk of disks) {
    const same = targets.get(disk.target);
    if (same) {
      throw refusal(
        'XML_ERROR',
        `<disk>: target '${disk.target}' duplicated for disk sources ${source(same)} and ${source(disk)}`,
      );
    }
    targets.set(disk.target, disk);
    const bus = diskBus(disk);
    const address = disk.address ?? defaultAddress(disk.target, bus);
    if (address?.type !== 'drive') continue;
    const place = `controller='${address.controller}' bus='${address.bus}' target='${address.target}' unit='${address.unit}'`;
    const there = places.get(`${bus} ${place}`);
    if (there) {
      throw refusal(
        'CONFIG_UNSUPPORTED',
        `Found duplicate drive address for <disk> with target '${there.target}' and '${disk.target}': ${place}`,
      );
    }
    places.set(`${bus} ${place}`, disk);
  }
}

function checkLun(disk: Disk): void {
  const { rawio, sgio, driver } = disk;
  if (sgio === 'unfiltered') throw unsupported(disk, 'unfiltered sgio is no longer supported');
  if (diskDevice(disk) !== 'lun') {
    if (rawio !== undefined) throw unsupported(disk, "rawio can be used only with device='lun'");
    if (sgio !== undefined) throw unsupported(disk, "sgio can be used only with device='lun'");
    return;
  }
  if (disk.type !== 'block' || disk.source === undefined) {
    throw unsupported(disk, "disk device='lun' is only valid for block type disk source");
  }
  if (driver?.type !== undefined && driver.type !== 'raw') {
    throw unsupported(disk, "disk device 'lun' must use 'raw' format");
  }
}

function checkMedia(disk: Disk): void {
  const device = diskDevice(disk);
  const isRemovable = device === 'cdrom' || device === 'floppy';
  if (disk.source === undefined && device === 'disk') {
    throw refusal('NO_SOURCE', `missing source of <disk> with target '${disk.target}'`);
  }
  if (disk.tray === 'open' && !isRemovable)
    throw unsupported(disk, 'tray is only valid for cdrom and floppy');
  if (disk.startupPolicy === 'requisite' && !isRemovable) {
    throw wrong(disk, "disk startupPolicy 'requisite' is allowed only for cdrom or floppy");
  }
}

function checkBus(disk: Disk): void {
  const bus = diskBus(disk);
  const device = diskDevice(disk);
  if ((device === 'floppy') !== (bus === 'fdc')) {
    throw refusal(
      'INTERNAL_ERROR',
      `<disk> target '${disk.target}': Invalid bus type '${bus}' for ${device === 'floppy' ? 'floppy disk' : 'disk'}`,
    );
  }
  if (disk.removable !== undefined && bus !== 'usb')
    throw wrong(disk, 'removable is only valid for usb disks');
  if (disk.address && hasDriveAddress(bus) && disk.address.type !== 'drive') {
    throw unsupported(disk, `Invalid address type '${disk.address.type}' for the bus type '${bus}'`);
  }
  if (bus === 'virtio') return;
  if (disk.model) throw unsupported(disk, `disk model '${disk.model}' not supported for bus '${bus}'`);
  const option = disk.driver && virtioOption(disk.driver);
  if (option !== undefined)
    throw unsupported(disk, `${option} in <driver> is only supported for the virtio bus`);
}

function checkText(name: string, text: string | undefined, maximum: number): void {
  if (text === undefined) return;
  if (!/^[\x20-\x7e]*$/u.test(text)) throw refusal('XML_ERROR', `disk ${name} is not printable string`);
  if (text.length > maximum) {
    throw refusal('CONFIG_UNSUPPORTED', `disk ${name} ${quote(text)} is more than ${maximum} characters`);
  }
}

function source(disk: Disk): string {
  return quote(disk.source ?? '');
}

function wrong(disk: Disk, message: string): Error {
  return refusal('XML_ERROR', `<disk> target '${disk.target}': ${message}`);
}

function unsupported(disk: Disk, message: string): Error {
  return refusal('CONFIG_UNSUPPORTED', `<disk> target '${disk.target}': ${message}`);
}
