/** Values that several of the package's own elements hold: for both forms, with one wording. */
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import type { TextReader } from '../../xml/index.js';
import { tag } from './namespace.js';

/** A count, or none at all. */
export type KernelLimit = number | 'unlimited';

/** The longest time a timer takes, 24 days. */
export const MAX_MS = 2 ** 31 - 1;

export function parseLimit(attribute: TextReader): KernelLimit | undefined {
  return attribute.text() === 'unlimited' ? 'unlimited' : attribute.unsignedInteger();
}

interface Place {
  /** Name of the element. */
  readonly of: string;
  /** Name of the attribute, which is that of the property. */
  readonly attribute: string;
}

export function missing({ of, attribute }: Place): Error {
  return refusal('XML_ERROR', `missing attribute '${attribute}' of ${tag(of)}`);
}

/** A whole number within bounds, both included; undefined when absent. */
export function checkNumber(
  fields: Fields,
  place: Place & { readonly min: number; readonly max: number },
): number | undefined {
  const value = fields.integer(place.attribute);
  if (value === undefined || (value >= place.min && value <= place.max)) return value;
  throw refusal(
    'XML_ERROR',
    `attribute '${place.attribute}' of ${tag(place.of)} must be ${place.min} to ${place.max}, not ${value}`,
  );
}

/** An attribute that only goes with another value of its element. */
export function refuseAttribute(fields: Fields, place: Place & { readonly because: string }): void {
  if (!fields.keys().includes(place.attribute)) return;
  throw refusal(
    'XML_ERROR',
    `attribute '${place.attribute}' of ${tag(place.of)} goes with ${place.because} only`,
  );
}
