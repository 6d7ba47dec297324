/** @see https://libvirt.org/formatdomain.html#cpu-tuning */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Cputune {
  readonly stub?: never;
}

export function parseCputune(_domain: ElementReader): Draft<Cputune> | undefined {
  return undefined;
}

export function checkCputune(_fields: Fields): Cputune | undefined {
  return undefined;
}

export function formatCputune(_cputune: Cputune | undefined): OutputElement | undefined {
  return undefined;
}
