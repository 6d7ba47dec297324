/** @see https://libvirt.org/formatdomain.html#memory-backing */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface MemoryBacking {
  readonly stub?: never;
}

export function parseMemoryBacking(_domain: ElementReader): Draft<MemoryBacking> | undefined {
  return undefined;
}

export function checkMemoryBacking(_fields: Fields): MemoryBacking | undefined {
  return undefined;
}

export function formatMemoryBacking(_memoryBacking: MemoryBacking | undefined): OutputElement | undefined {
  return undefined;
}
