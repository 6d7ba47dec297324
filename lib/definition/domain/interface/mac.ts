/** @see https://libvirt.org/formatdomain.html#mac-address */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../../xml/index.js';

export const MAC_TYPES = ['generated', 'static'] as const;

/** The address on the wire. */
export interface Mac {
  /** Unicast, lower case, for example `52:54:00:12:34:56`; random when absent. */
  readonly mac?: string;
  /** Whether it was made up: printed, without effect. */
  readonly macType?: (typeof MAC_TYPES)[number];
  /** Whether addresses reserved for others are refused: printed, without effect. */
  readonly macCheck?: boolean;
}

export function parseMac(nic: ElementReader): Draft<Mac> {
  const mac = nic.child('mac');
  return {
    mac: mac?.attribute('address').text(),
    macType: mac?.attribute('type').oneOf(MAC_TYPES),
    macCheck: mac?.attribute('check').yesNo(),
  };
}

export function checkMac(fields: Fields): Mac {
  const mac = fields.string('mac');
  return compact({
    mac: mac === undefined ? undefined : normaliseMac(mac),
    macType: fields.oneOf('macType', MAC_TYPES),
    macCheck: fields.boolean('macCheck'),
  });
}

export function formatMac({ mac, macType, macCheck }: Mac): OutputElement {
  return element('mac', { address: mac, type: macType, check: formatYesNo(macCheck) });
}

/** Lower case, two digits a byte. @throws VirtError XML_ERROR for what is no unicast address. */
export function normaliseMac(text: string): string {
  // As in libvirt, what follows a blank is not looked at.
  const [address = ''] = text.split(/\s/u, 1);
  const bytes = address.split(':');
  if (!/^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/iu.test(address)) {
    throw refusal('XML_ERROR', `unable to parse mac address ${quote(text)} of <mac address=...>`);
  }
  // The lowest bit of the first byte tells groups from single receivers.
  if (Number.parseInt(bytes[0] ?? '', 16) % 2 === 1) {
    throw refusal(
      'XML_ERROR',
      `expected unicast mac address, found multicast ${quote(text)} in <mac address=...>`,
    );
  }
  return bytes.map((byte) => byte.toLowerCase().padStart(2, '0')).join(':');
}
