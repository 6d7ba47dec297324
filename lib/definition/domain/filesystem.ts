/** @see https://libvirt.org/formatdomain.html#filesystems */

/** Filesystem types a container can be started with so far. */
export const FILESYSTEM_TYPES = ['mount', 'ram', 'bind'] as const;
export const FILESYSTEM_ACCESSMODES = ['passthrough', 'mapped', 'squash'] as const;
export type FilesystemAccessmode = (typeof FILESYSTEM_ACCESSMODES)[number];

interface FilesystemCommon {
  /** Absolute path inside the container. */
  readonly target: string;
  readonly accessmode?: FilesystemAccessmode;
  readonly readonly?: boolean;
}
/** A directory of the host. */
export interface MountFilesystem extends FilesystemCommon {
  readonly type: 'mount';
  /** Absolute path on the host. */
  readonly source: string;
}
/** A new tmpfs. */
export interface RamFilesystem extends FilesystemCommon {
  readonly type: 'ram';
  /** Size limit, KiB. */
  readonly usageKiB: number;
}
/** A directory of the container itself, seen at a second place. */
export interface BindFilesystem extends FilesystemCommon {
  readonly type: 'bind';
  /** Absolute path inside the container. */
  readonly source: string;
}
export type Filesystem = MountFilesystem | RamFilesystem | BindFilesystem;
