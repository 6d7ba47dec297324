/** @see https://libvirt.org/formatdomain.html#block-i-o-tuning */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Blkiotune {
  readonly stub?: never;
}

export function parseBlkiotune(_domain: ElementReader): Draft<Blkiotune> | undefined {
  return undefined;
}

export function checkBlkiotune(_fields: Fields): Blkiotune | undefined {
  return undefined;
}

export function formatBlkiotune(_blkiotune: Blkiotune | undefined): OutputElement | undefined {
  return undefined;
}
