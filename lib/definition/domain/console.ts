/** @see https://libvirt.org/formatdomain.html#console */

export const CONSOLE_TYPES = ['pty'] as const;
export const CONSOLE_TARGET_TYPES = ['lxc', 'serial', 'virtio', 'uml', 'xen', 'sclp', 'sclplm'] as const;

export interface Console {
  readonly type: 'pty';
  /** Index of the console; filled in from its position. */
  readonly port?: number;
  /** Live only: the terminal's path inside the container, for example `/dev/pts/0`. */
  readonly tty?: string;
}
export interface CompleteConsole extends Console {
  readonly port: number;
}
