/** @see https://libvirt.org/formatdomain.html#general-metadata */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Extensions {
  readonly stub?: never;
}

export function parseExtensions(_domain: ElementReader): Draft<Extensions> | undefined {
  return undefined;
}

export function checkExtensions(_fields: Fields): Extensions | undefined {
  return undefined;
}

export function formatExtensions(_extensions: Extensions | undefined): OutputElement | undefined {
  return undefined;
}
