/** @see https://libvirt.org/formatdomain.html#userspace-connection-using-passt */
import { quote } from '../../../errors.js';
import { compact, zeroIsNone, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../../xml/index.js';
import { parseAddress } from './address.js';
import { checkDeviceName } from './names.js';

export const FORWARD_PROTOCOLS = ['tcp', 'udp'] as const;

/** Ports of the host, and where they lead. */
export interface PortRange {
  /** First port of the host, 1 to 65535. */
  readonly start: number;
  /** Last port of the host; `start` when absent. */
  readonly end?: number;
  /** First port of the container; that of the host when absent. */
  readonly to?: number;
  /** These ports are left out of a wider range. */
  readonly exclude?: boolean;
}
/** Ports of the host that lead into the container; libvirt has them for the program passt only. */
export interface PortForward {
  readonly proto: (typeof FORWARD_PROTOCOLS)[number];
  /** Address of the host; all when absent. */
  readonly address?: string;
  /** Interface of the host; all when absent. */
  readonly dev?: string;
  /** All ports when absent. */
  readonly ranges?: readonly PortRange[];
}

const MAX_PORT = 65_535;

export function parsePortForward(forward: ElementReader): Draft<PortForward> {
  return {
    proto: forward.attribute('proto').oneOf(FORWARD_PROTOCOLS),
    address: forward.attribute('address').text(),
    dev: forward.attribute('dev').text(),
    ranges: forward.children('range').map((range) => ({
      start: range.attribute('start').unsignedInteger(),
      end: range.attribute('end').unsignedInteger(),
      to: range.attribute('to').unsignedInteger(),
      exclude: range.attribute('exclude').yesNo(),
    })),
  };
}

export function checkPortForward(fields: Fields): PortForward {
  const proto = fields.oneOf('proto', FORWARD_PROTOCOLS);
  if (proto === undefined) throw wrong("missing attribute 'proto'");
  const dev = fields.string('dev');
  return compact({
    proto,
    address: checkAddress(fields.string('address')),
    dev: dev === undefined ? undefined : checkDeviceName('<portForward> dev', dev),
    ranges: fields.list('ranges', checkRange),
  });
}

function checkAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  if (address) return address.text;
  throw wrong(`address ${quote(text)} is not an IP address`);
}

/** As in libvirt, a port of 0 is none. */
function checkRange(fields: Fields): PortRange {
  const port = (key: string): number | undefined => zeroIsNone(fields.unsignedInteger(key));
  const start = port('start');
  const end = port('end');
  const to = port('to');
  if (start === undefined) throw wrong("missing attribute 'start' of <range>");
  if (end !== undefined && end < start) throw wrong(`<range> ends at ${end} before it starts at ${start}`);
  const last = (to ?? start) + ((end ?? start) - start);
  if (Math.max(end ?? start, last) > MAX_PORT) throw wrong(`<range> goes beyond port ${MAX_PORT}`);
  return compact({ start, end, to, exclude: fields.boolean('exclude') });
}

function wrong(message: string): Error {
  return refusal('XML_ERROR', `<portForward>: ${message}`);
}

export function formatPortForward({ proto, address, dev, ranges }: PortForward): OutputElement {
  return element(
    'portForward',
    { proto, address, dev },
    (ranges ?? []).map(({ start, end, to, exclude }) =>
      element('range', { start, end, to, exclude: formatYesNo(exclude) }),
    ),
  );
}
