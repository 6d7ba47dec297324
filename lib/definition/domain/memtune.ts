/** @see https://libvirt.org/formatdomain.html#memory-tuning */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Memtune {
  readonly stub?: never;
}

export function parseMemtune(_domain: ElementReader): Draft<Memtune> | undefined {
  return undefined;
}

export function checkMemtune(_fields: Fields): Memtune | undefined {
  return undefined;
}

export function formatMemtune(_memtune: Memtune | undefined): OutputElement | undefined {
  return undefined;
}
