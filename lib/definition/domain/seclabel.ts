/** @see https://libvirt.org/formatdomain.html#security-label */
import type { Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

export const SECLABEL_TYPES = ['none'] as const;

/** The wish to run without a label of a security module: the only one that can be had so far. */
export interface Seclabel {
  readonly type: (typeof SECLABEL_TYPES)[number];
}

export function parseSeclabels(domain: ElementReader): Draft<readonly Seclabel[]> {
  return domain
    .children('seclabel')
    .map((seclabel) => ({ type: seclabel.attribute('type').oneOf(SECLABEL_TYPES) }));
}

export function checkSeclabels(fields: Fields): readonly Seclabel[] | undefined {
  return fields.list('seclabels', checkSeclabel);
}

function checkSeclabel(fields: Fields): Seclabel {
  return Object.freeze({ type: fields.requiredOneOf('type', SECLABEL_TYPES) });
}

export function formatSeclabels(seclabels: readonly Seclabel[] | undefined): OutputElement[] {
  return (seclabels ?? []).map((seclabel) => element('seclabel', { type: seclabel.type }));
}
