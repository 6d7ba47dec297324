/** @see https://libvirt.org/formatdomain.html#console */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkAbsolutePath } from './paths.js';

/** libvirt's types of a character device. Its container driver starts none but `pty`. */
export const CONSOLE_TYPES = [
  'pty', 'null', 'vc', 'dev', 'file', 'pipe', 'stdio', 'udp', 'tcp', 'unix', 'spicevmc', 'spiceport', 'nmdm',
  'qemu-vdagent', 'dbus',
] as const; // prettier-ignore
/** Accepted for the sake of XML made for other drivers; containers have `lxc` only, and that is printed. */
export const CONSOLE_TARGET_TYPES = ['lxc', 'serial', 'virtio', 'uml', 'xen', 'sclp', 'sclplm'] as const;

/**
 * A terminal of the container: `/dev/tty1` and so on, the first one also `/dev/console`.
 * @see https://libvirt.org/formatdomain.html#console
 */
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

/** The terminal of a running container (`@tty`, `<source>`, `<alias>`) is not part of its definition. */
export function parseConsole(console: ElementReader): Draft<Console> {
  const target = console.child('target');
  target?.attribute('type').oneOf(CONSOLE_TARGET_TYPES);
  return {
    type: onlyPty(console.attribute('type').oneOf(CONSOLE_TYPES) ?? 'pty'),
    port: target?.attribute('port').unsignedInteger(),
  };
}

export function checkConsole(fields: Fields): Console {
  const type = onlyPty(fields.requiredOneOf('type', CONSOLE_TYPES));
  const tty = fields.string('tty');
  return compact({
    type,
    port: fields.unsignedInteger('port'),
    tty: tty === undefined ? undefined : checkAbsolutePath('<console> tty', tty),
  });
}

export function completeConsole(console: Console, index: number): CompleteConsole {
  return Object.freeze({ ...console, port: index });
}

export function formatConsole(console: CompleteConsole): OutputElement {
  const { type, port, tty } = console;
  // libvirt keeps the attribute for programs that knew only one console.
  return element('console', { type, tty: port === 0 ? tty : undefined }, [
    tty === undefined ? undefined : element('source', { path: tty }),
    element('target', { type: 'lxc', port }),
    tty === undefined ? undefined : element('alias', { name: `console${port}` }),
  ]);
}

function onlyPty(type: (typeof CONSOLE_TYPES)[number]): 'pty' {
  if (type === 'pty') return type;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `<console type='${type}'> is not supported: Only PTY console types are supported`,
  );
}
