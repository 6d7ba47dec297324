/** @see https://libvirt.org/formatdomain.html#filesystems */
import type { DeviceInfo } from '../device-info.js';
import type { VirtioModel } from '../virtio.js';
import type { FilesystemBinary } from './binary.js';
import type { FilesystemDriver } from './driver.js';

export const FILESYSTEM_TYPES = ['mount', 'block', 'file', 'template', 'ram', 'bind', 'volume'] as const;
export type FilesystemType = (typeof FILESYSTEM_TYPES)[number];
export const FILESYSTEM_ACCESSMODES = ['passthrough', 'mapped', 'squash'] as const;
/** Printed back; as in libvirt's container driver, all three act as `passthrough`. */
export type FilesystemAccessmode = (typeof FILESYSTEM_ACCESSMODES)[number];
export const FILESYSTEM_MULTIDEVS = ['remap', 'forbid', 'warn'] as const;

export interface FilesystemCommon extends DeviceInfo {
  /** Absolute path inside the container. */
  readonly target: string;
  /** `passthrough` when absent. */
  readonly accessmode?: FilesystemAccessmode;
  readonly readonly?: boolean;
  readonly driver?: FilesystemDriver;
  /** Printed, without effect. */
  readonly binary?: FilesystemBinary;
  /** Printed, without effect. */
  readonly model?: VirtioModel;
  /** Printed, without effect. */
  readonly multidevs?: (typeof FILESYSTEM_MULTIDEVS)[number];
  /** Permissions of new files, up to `0o777`. Printed, without effect. */
  readonly fmode?: number;
  /** Permissions of new directories, up to `0o777`. Printed, without effect. */
  readonly dmode?: number;
  /** Bytes. Printed, without effect. */
  readonly spaceHardLimitBytes?: number;
  /** Bytes. Printed, without effect. */
  readonly spaceSoftLimitBytes?: number;
}
interface MountSource {
  readonly type: 'mount';
  /** Absolute path on the host. */
  readonly source: string;
}
interface BlockSource {
  readonly type: 'block';
  /** Absolute path of a block device on the host. */
  readonly source: string;
}
interface FileSource {
  readonly type: 'file';
  /** Absolute path of an image on the host. */
  readonly source: string;
}
interface TemplateSource {
  readonly type: 'template';
  /** Name of a template. */
  readonly source: string;
}
interface RamSource {
  readonly type: 'ram';
  /** Size limit, KiB. */
  readonly usageKiB: number;
}
interface BindSource {
  readonly type: 'bind';
  /** Absolute path inside the container. */
  readonly source: string;
}
interface VolumeSource {
  readonly type: 'volume';
  readonly pool: string;
  readonly volume: string;
}
/** What a type has that the others have not. */
export type FilesystemSource =
  MountSource | BlockSource | FileSource | TemplateSource | RamSource | BindSource | VolumeSource;

/** A directory of the host. */
export interface MountFilesystem extends MountSource, FilesystemCommon {}
/** The file system on a block device of the host. */
export interface BlockFilesystem extends BlockSource, FilesystemCommon {}
/** The file system in an image file of the host, through the driver `loop` or `nbd`. */
export interface FileFilesystem extends FileSource, FilesystemCommon {}
/** Of another driver: it can be defined, never started. */
export interface TemplateFilesystem extends TemplateSource, FilesystemCommon {}
/** A new tmpfs. */
export interface RamFilesystem extends RamSource, FilesystemCommon {}
/** A directory of the container itself, seen at a second place. */
export interface BindFilesystem extends BindSource, FilesystemCommon {}
/** A volume of a storage pool: it can be defined, never started. */
export interface VolumeFilesystem extends VolumeSource, FilesystemCommon {}
/**
 * Something mounted in a container.
 * @see https://libvirt.org/formatdomain.html#filesystems
 */
export type Filesystem =
  | MountFilesystem
  | BlockFilesystem
  | FileFilesystem
  | TemplateFilesystem
  | RamFilesystem
  | BindFilesystem
  | VolumeFilesystem;
