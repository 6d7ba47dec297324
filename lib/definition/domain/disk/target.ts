/** Names of disks, and where libvirt puts a disk that has no address. */
import { quote } from '../../../errors.js';
import { refusal } from '../../refusal.js';
import type { DriveAddress } from '../device-address.js';

export const DISK_DEVICES = ['disk', 'cdrom', 'floppy', 'lun'] as const;
export type DiskDevice = (typeof DISK_DEVICES)[number];
export const DISK_BUSES = ['ide', 'fdc', 'scsi', 'virtio', 'xen', 'usb', 'uml', 'sata', 'sd'] as const;
/** Printed, without effect: containers have nodes, not buses. */
export type DiskBus = (typeof DISK_BUSES)[number];

const BUS_BY_PREFIX: readonly (readonly [string, DiskBus])[] = [
  ['hd', 'ide'],
  ['sd', 'scsi'],
  ['vd', 'virtio'],
  ['xvd', 'xen'],
  ['ubd', 'uml'],
];
/** A prefix, the disk in letters, perhaps a partition. */
const DISK_NAME = /^(fd|hd|vd|sd|xvd|ubd)([a-z]{1,4})\d{0,4}$/u;

/** @throws VirtError NO_TARGET, XML_ERROR, INTERNAL_ERROR unless it is a name for this kind of device. */
export function checkDiskTarget(target: string, device: DiskDevice, source: string): string {
  if (target === '') {
    throw refusal(
      'NO_TARGET',
      `missing target of <disk> with source ${quote(source)}: <target dev='...'/> is required`,
    );
  }
  const prefix = DISK_NAME.exec(target)?.[1];
  if (prefix === undefined) throw refusal('XML_ERROR', `<disk>: Unknown disk name ${quote(target)}`);
  if (device === 'floppy' && prefix !== 'fd') {
    throw refusal('INTERNAL_ERROR', `<disk>: Invalid floppy device name: ${quote(target)}`);
  }
  if ((device === 'disk' || device === 'lun') && prefix === 'fd') {
    throw refusal('INTERNAL_ERROR', `<disk>: Invalid harddisk device name: ${quote(target)}`);
  }
  return target;
}

export function defaultBus(target: string, device: DiskDevice): DiskBus {
  if (device === 'floppy') return 'fdc';
  return BUS_BY_PREFIX.find(([prefix]) => target.startsWith(prefix))?.[1] ?? 'ide';
}

/** The buses whose disks have an address of type `drive`: disks for each bus of a controller, and its buses. */
const DRIVE_BUSES: Readonly<Partial<Record<DiskBus, { readonly units: number; readonly buses: number }>>> = {
  ide: { units: 2, buses: 2 },
  fdc: { units: 2, buses: 1 },
  scsi: { units: 7, buses: 1 },
  sata: { units: 6, buses: 1 },
};

export function hasDriveAddress(bus: DiskBus): boolean {
  return DRIVE_BUSES[bus] !== undefined;
}

/** The address that follows from a disk's name; none on the other buses. */
export function defaultAddress(target: string, bus: DiskBus): DriveAddress | undefined {
  const layout = DRIVE_BUSES[bus];
  if (!layout) return undefined;
  const index = diskIndex(target);
  const { units, buses } = layout;
  return Object.freeze({
    type: 'drive',
    controller: Math.floor(index / (units * buses)),
    bus: Math.floor(index / units) % buses,
    target: 0,
    unit: index % units,
  });
}

/** 0 for `sda`, 25 for `sdz`, 26 for `sdaa`. */
function diskIndex(target: string): number {
  const letters = DISK_NAME.exec(target)?.[2] ?? '';
  const one = 'a'.charCodeAt(0) - 1;
  return Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - one, 0) - 1;
}
