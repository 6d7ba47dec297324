/** @see https://libvirt.org/formatdomain.html#lxc-namespace */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import type { ElementReader, OutputElement } from '../xml/index.js';

/** URI of `<lxc:namespace>`, under whatever prefix. */
export const LXC_NAMESPACE = 'http://libvirt.org/schemas/domain/lxc/1.0';

export interface LxcNamespace {
  readonly stub?: never;
}

export function parseLxcNamespace(_domain: ElementReader): Draft<LxcNamespace> | undefined {
  return undefined;
}

export function checkLxcNamespace(_fields: Fields): LxcNamespace | undefined {
  return undefined;
}

export function formatLxcNamespace(_lxcNamespace: LxcNamespace | undefined): OutputElement | undefined {
  return undefined;
}
