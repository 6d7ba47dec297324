/** @see https://libvirt.org/formatdomain.html#numa-node-tuning */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Numatune {
  readonly stub?: never;
}

export function parseNumatune(_domain: ElementReader): Draft<Numatune> | undefined {
  return undefined;
}

export function checkNumatune(_fields: Fields): Numatune | undefined {
  return undefined;
}

export function formatNumatune(_numatune: Numatune | undefined): OutputElement | undefined {
  return undefined;
}
