/** @see https://libvirt.org/formatdomain.html#time-keeping */
import type { Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

/** Printed back; the clock of a container is always the host's. */
export const CLOCK_OFFSETS = ['utc', 'localtime'] as const;

export interface Clock {
  readonly offset: (typeof CLOCK_OFFSETS)[number];
}

export const DEFAULT_CLOCK: Clock = Object.freeze({ offset: 'utc' });

export function parseClock(domain: ElementReader): Draft<Clock> | undefined {
  const clock = domain.child('clock');
  return clock && { offset: clock.attribute('offset').oneOf(CLOCK_OFFSETS) ?? DEFAULT_CLOCK.offset };
}

export function checkClock(fields: Fields): Clock | undefined {
  const clock = fields.fields('clock');
  return clock && readAll(clock, checkOffset);
}

function checkOffset(fields: Fields): Clock {
  return Object.freeze({ offset: fields.requiredOneOf('offset', CLOCK_OFFSETS) });
}

export function formatClock(clock: Clock): OutputElement {
  return element('clock', { offset: clock.offset });
}
