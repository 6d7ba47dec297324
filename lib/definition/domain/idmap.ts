/** @see https://libvirt.org/formatdomain.html#container-boot */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

export interface Idmap {
  readonly stub?: never;
}

export function parseIdmap(_domain: ElementReader): Draft<Idmap> | undefined {
  return undefined;
}

export function checkIdmap(_fields: Fields): Idmap | undefined {
  return undefined;
}

export function formatIdmap(_idmap: Idmap | undefined): OutputElement | undefined {
  return undefined;
}
