/** @see https://libvirt.org/formatdomain.html#security-label */
import type { Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { notYetValue } from './not-yet.js';

export const SECLABEL_TYPES = ['none'] as const;

/** The wish to run without a label of a security module: the only one that can be had so far. */
export interface Seclabel {
  readonly type: (typeof SECLABEL_TYPES)[number];
}

export function parseSeclabel(domain: ElementReader): Draft<Seclabel> | undefined {
  const [first] = domain.children('seclabel');
  return first && { type: first.attribute('type').oneOf(SECLABEL_TYPES) };
}

export function checkSeclabel(fields: Fields): Seclabel | undefined {
  const seclabel = fields.fields('seclabel');
  return (
    seclabel &&
    readAll(seclabel, (own) => {
      const notYet = notYetValue('seclabel', 'type', own.string('type'));
      if (notYet) throw notYet;
      return Object.freeze({ type: own.requiredOneOf('type', SECLABEL_TYPES) });
    })
  );
}

export function formatSeclabel(seclabel: Seclabel | undefined): OutputElement | undefined {
  return seclabel && element('seclabel', { type: seclabel.type });
}
