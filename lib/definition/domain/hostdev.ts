/** @see https://libvirt.org/formatdomain.html#host-device-assignment */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

export interface Hostdev {
  readonly stub?: never;
}

export function parseHostdev(_hostdev: ElementReader): Draft<Hostdev> {
  return {};
}

export function checkHostdev(_fields: Fields): Hostdev {
  return {};
}

export function formatHostdev(_hostdev: Hostdev): OutputElement {
  return element('hostdev');
}
