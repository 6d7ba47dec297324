/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import type { DeviceInfo } from '../device-info.js';
import type { Kept } from '../kept.js';
import type { VirtioModel } from '../virtio.js';
import type { DiskDriver } from './driver.js';
import type { DiskIotune } from './iotune.js';
import type { DiskBus, DiskDevice } from './target.js';

export const DISK_SNAPSHOTS = ['no', 'internal', 'external', 'manual'] as const;
export const DISK_SGIO = ['filtered', 'unfiltered'] as const;
export const DISK_TRAYS = ['open', 'closed'] as const;
export const STARTUP_POLICIES = ['mandatory', 'requisite', 'optional'] as const;
/** What becomes of a device whose source is missing. */
export type StartupPolicy = (typeof STARTUP_POLICIES)[number];
export const GEOMETRY_TRANSLATIONS = ['none', 'auto', 'lba'] as const;

/** Printed, without effect. */
export interface DiskGeometry {
  readonly cyls: number;
  readonly heads: number;
  readonly secs: number;
  readonly trans?: (typeof GEOMETRY_TRANSLATIONS)[number];
}
/** Bytes. Printed, without effect. */
export interface DiskBlockio {
  readonly logicalBlockSize?: number;
  readonly physicalBlockSize?: number;
}

interface DiskCommon extends DeviceInfo {
  /** `disk` when absent. */
  readonly device?: DiskDevice;
  /** Name of the node in the container's `/dev`, for example `sda`: hd, sd, vd, xvd, ubd (fd for floppies) and letters. */
  readonly target: string;
  /** That of the target's name when absent. */
  readonly bus?: DiskBus;
  /** A cdrom always is. */
  readonly readonly?: boolean;
  readonly driver?: DiskDriver;
  readonly startupPolicy?: StartupPolicy;
  /** The rest is printed, without effect. */
  readonly model?: VirtioModel;
  /** Of a `lun`. */
  readonly rawio?: boolean;
  /** Of a `lun`; `unfiltered` is refused, as in libvirt. */
  readonly sgio?: (typeof DISK_SGIO)[number];
  readonly snapshot?: (typeof DISK_SNAPSHOTS)[number];
  /** Name of the domain that serves the disk. */
  readonly backenddomain?: string;
  readonly geometry?: DiskGeometry;
  readonly blockio?: DiskBlockio;
  /** `closed` when absent; of a cdrom or floppy. */
  readonly tray?: (typeof DISK_TRAYS)[number];
  /** On the usb bus. */
  readonly removable?: boolean;
  readonly rotationRate?: number;
  readonly iotune?: DiskIotune;
  readonly shareable?: boolean;
  readonly transient?: boolean;
  /** Only of a disk that is `transient`. */
  readonly transientShareBacking?: boolean;
  readonly serial?: string;
  /** 16 hexadecimal digits. */
  readonly wwn?: string;
  /** Up to 8 printable characters. */
  readonly vendor?: string;
  /** Up to 16 printable characters. */
  readonly product?: string;
  /** `<auth>`, `<backingStore>`, `<encryption>` and what else `<source>` may hold, one XML element each. */
  readonly kept?: Kept;
}
/** A block device of the host. */
export interface BlockDisk extends DiskCommon {
  readonly type: 'block';
  /** Absolute path on the host; only a cdrom or floppy may have none. */
  readonly source?: string;
}
/** An image file of the host, through the driver `loop` or `nbd`. */
export interface FileDisk extends DiskCommon {
  readonly type: 'file';
  /** Absolute path on the host; only a cdrom or floppy may have none. */
  readonly source?: string;
}
/**
 * A block device that the container sees as a node.
 * @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
export type Disk = BlockDisk | FileDisk;
export type CompleteDisk = Disk & { readonly device: DiskDevice; readonly bus: DiskBus };
