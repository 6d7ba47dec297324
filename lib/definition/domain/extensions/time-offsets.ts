/** Clocks of a container's own. @see https://man7.org/linux/man-pages/man7/time_namespaces.7.html */
import { compact, compactOrNothing, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import type { OutputElement } from '../../xml/index.js';
import { ownElement } from './namespace.js';
import type { OwnReader } from './own-reader.js';
import { checkNumber, missing } from './values.js';

const CLOCKS = ['monotonic', 'boottime'] as const;
type ClockName = (typeof CLOCKS)[number];

/** The kernel takes no more (KTIME_SEC_MAX / 2). */
const MAX_SECONDS = 4_611_686_018;

/** What is added to a clock of the host. */
export interface TimeOffset {
  /** Negative to set the clock back; what the clock shows then must not be negative. */
  readonly seconds: number;
  /** 0 to 999999999; 0 when absent. */
  readonly nanoseconds?: number;
}

/** The clocks of a time namespace, which a container with this element has. */
export interface TimeOffsets {
  /** CLOCK_MONOTONIC: since some moment, without the time asleep. */
  readonly monotonic?: TimeOffset;
  /** CLOCK_BOOTTIME: with the time asleep; `/proc/uptime` shows it. */
  readonly boottime?: TimeOffset;
}

export function parseTimeOffsets(offsets: OwnReader): Draft<TimeOffsets> {
  return {
    monotonic: offsets.child('monotonic', parseOffset),
    boottime: offsets.child('boottime', parseOffset),
  };
}

function parseOffset(offset: OwnReader): Draft<TimeOffset> {
  return {
    seconds: offset.attribute('seconds').integer(),
    nanoseconds: offset.attribute('nanoseconds').unsignedInteger(),
  };
}

export function checkTimeOffsets(fields: Fields): TimeOffsets | undefined {
  return compactOrNothing({
    monotonic: checkOffset(fields, 'monotonic'),
    boottime: checkOffset(fields, 'boottime'),
  });
}

function checkOffset(fields: Fields, of: ClockName): TimeOffset | undefined {
  const clock = fields.fields(of);
  return (
    clock &&
    readAll(clock, (own) => {
      const seconds = checkNumber(own, { of, attribute: 'seconds', min: -MAX_SECONDS, max: MAX_SECONDS });
      if (seconds === undefined) throw missing({ of, attribute: 'seconds' });
      const nanoseconds = checkNumber(own, { of, attribute: 'nanoseconds', min: 0, max: 999_999_999 });
      return compact({ seconds, nanoseconds });
    })
  );
}

export function formatTimeOffsets(offsets: TimeOffsets): OutputElement {
  return ownElement(
    'timeOffsets',
    {},
    CLOCKS.map((name) => {
      const offset = offsets[name];
      return offset && ownElement(name, { seconds: offset.seconds, nanoseconds: offset.nanoseconds });
    }),
  );
}
