/** @see https://libvirt.org/formatdomain.html#time-keeping */
import { quote } from '../../errors.js';
import { compact, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkTimer, formatTimer, parseTimer, type Timer } from './timer.js';

export const CLOCK_OFFSETS = ['utc', 'localtime', 'variable', 'timezone', 'absolute'] as const;
export const CLOCK_BASES = ['utc', 'localtime'] as const;
/** What an adjustment is counted from. */
export type ClockBasis = (typeof CLOCK_BASES)[number];

interface ClockCommon {
  readonly timers?: readonly Timer[];
}
/** The host's time, or its local time. */
export interface PlainClock extends ClockCommon {
  readonly offset: 'utc' | 'localtime';
  /** Adjustments made by the container are forgotten at the next start. */
  readonly adjustment?: 'reset';
}
/** A time zone of its own. */
export interface TimezoneClock extends ClockCommon {
  readonly offset: 'timezone';
  /** A name of the time zone database. */
  readonly timezone: string;
}
/** Some seconds away from the basis. */
export interface VariableClock extends ClockCommon {
  readonly offset: 'variable';
  /** Seconds, may be negative; 0 when absent. */
  readonly adjustmentSeconds?: number;
  /** `utc` when absent. */
  readonly basis?: ClockBasis;
}
/** The same time at each start. */
export interface AbsoluteClock extends ClockCommon {
  readonly offset: 'absolute';
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly startEpochSeconds: number;
}
/**
 * Printed back: the clock of a container is always the host's.
 * @see https://libvirt.org/formatdomain.html#time-keeping
 */
export type Clock = PlainClock | TimezoneClock | VariableClock | AbsoluteClock;

const DEFAULT_CLOCK: Clock = Object.freeze({ offset: 'utc' });

export function parseClock(domain: ElementReader): DraftClock | undefined {
  const clock = domain.child('clock');
  return clock && { ...parseOffset(clock), timers: clock.children('timer').map(parseTimer) };
}

/** A clock of any kind, as far as it was written. */
interface DraftClock {
  readonly offset?: string | undefined;
  readonly adjustment?: string | undefined;
  readonly timezone?: string | undefined;
  readonly adjustmentSeconds?: number | undefined;
  readonly basis?: string | undefined;
  readonly startEpochSeconds?: number | undefined;
  readonly timers?: readonly Draft<Timer>[];
}

function parseOffset(clock: ElementReader): DraftClock {
  const offset = clock.attribute('offset').text() ?? DEFAULT_CLOCK.offset;
  const adjustment = clock.attribute('adjustment');
  const basis = clock.attribute('basis').text();
  const timezone = clock.attribute('timezone').text();
  const start = clock.attribute('start');
  switch (offset) {
    case 'utc':
    case 'localtime':
      // As in libvirt, an adjustment in seconds makes another kind of clock of it.
      return adjustment.text() === undefined || adjustment.text() === 'reset'
        ? { offset, adjustment: adjustment.text() }
        : { offset: 'variable', adjustmentSeconds: adjustment.integer(), basis: offset };
    case 'variable':
      return { offset, adjustmentSeconds: adjustment.integer(), basis };
    case 'timezone':
      return { offset, timezone };
    case 'absolute':
      return { offset, startEpochSeconds: start.unsignedInteger() };
    default:
      return { offset };
  }
}

export function checkClock(fields: Fields): Clock | undefined {
  const clock = fields.fields('clock');
  return clock && readAll(clock, checkKind);
}

function checkKind(fields: Fields): Clock {
  const offset = checkWord(fields, 'offset', CLOCK_OFFSETS);
  const timers = fields.list('timers', checkTimer);
  switch (offset) {
    case 'utc':
    case 'localtime':
      return compact({ offset, adjustment: fields.oneOf('adjustment', ['reset']), timers });
    case 'variable':
      return compact({
        offset,
        adjustmentSeconds: fields.integer('adjustmentSeconds'),
        basis: checkWord(fields, 'basis', CLOCK_BASES),
        timers,
      });
    case 'timezone':
      return compact({ offset, timezone: checkTimezone(fields.string('timezone')), timers });
    case 'absolute':
      return compact({ offset, startEpochSeconds: checkStart(fields), timers });
    case undefined:
      throw refusal('INVALID_ARG', `${fields.path}.offset is missing`);
  }
}

/** libvirt has another code here than for other words outside their list. */
function checkWord<T extends string>(
  fields: Fields,
  key: 'offset' | 'basis',
  list: readonly T[],
): T | undefined {
  const word = fields.string(key);
  const found = list.find((item) => item === word);
  if (word === undefined || found !== undefined) return found;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `unknown clock ${key} ${quote(word)}: must be one of ${list.join(', ')}`,
  );
}

function checkTimezone(timezone = ''): string {
  if (timezone !== '') return timezone;
  throw refusal('INTERNAL_ERROR', "missing 'timezone' attribute for clock with offset='timezone'");
}

function checkStart(fields: Fields): number {
  const start = fields.unsignedInteger('startEpochSeconds');
  if (start !== undefined) return start;
  throw refusal('INTERNAL_ERROR', "missing 'start' attribute for clock with offset='absolute'");
}

export function completeClock(clock: Clock = DEFAULT_CLOCK): Clock {
  if (clock.offset !== 'variable') return clock;
  const { adjustmentSeconds = 0, basis = 'utc' } = clock;
  return Object.freeze({ ...clock, adjustmentSeconds, basis });
}

export function formatClock(clock: Clock): OutputElement {
  const attributes = { offset: clock.offset, ...formatOffset(clock) };
  return element('clock', attributes, (clock.timers ?? []).map(formatTimer));
}

function formatOffset(clock: Clock): Record<string, string | number | undefined> {
  switch (clock.offset) {
    case 'utc':
    case 'localtime':
      return { adjustment: clock.adjustment };
    case 'variable':
      return { adjustment: clock.adjustmentSeconds ?? 0, basis: clock.basis ?? 'utc' };
    case 'timezone':
      return { timezone: clock.timezone };
    case 'absolute':
      return { start: clock.startEpochSeconds };
  }
}
