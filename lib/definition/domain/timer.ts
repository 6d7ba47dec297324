/** @see https://libvirt.org/formatdomain.html#time-keeping */
import { compact, compactOrNothing, zeroIsNone, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, formatYesNo, type ElementReader, type OutputElement } from '../xml/index.js';

export const TIMER_NAMES = [
  'platform',
  'pit',
  'rtc',
  'hpet',
  'tsc',
  'kvmclock',
  'hypervclock',
  'armvtimer',
] as const;
export type TimerName = (typeof TIMER_NAMES)[number];
export const TIMER_TICKPOLICIES = ['delay', 'catchup', 'merge', 'discard'] as const;
export type TimerTickpolicy = (typeof TIMER_TICKPOLICIES)[number];
export const TIMER_TRACKS = ['boot', 'guest', 'wall', 'realtime'] as const;
export type TimerTrack = (typeof TIMER_TRACKS)[number];
export const TIMER_MODES = ['auto', 'native', 'emulate', 'paravirt', 'smpsafe'] as const;
export type TimerMode = (typeof TIMER_MODES)[number];

/** How fast lost ticks are made up for. */
export interface TimerCatchup {
  /** Nanoseconds behind before catching up starts. */
  readonly threshold?: number;
  /** Permille of the normal speed. */
  readonly slew?: number;
  /** Nanoseconds made up for at most. */
  readonly limit?: number;
}

/**
 * A timer device. Only `rtc` and `hpet` of a `localtime` clock mean something to containers: a device node.
 * @see https://libvirt.org/formatdomain.html#time-keeping
 */
export interface Timer {
  readonly name: TimerName;
  readonly present?: boolean;
  readonly tickpolicy?: TimerTickpolicy;
  readonly track?: TimerTrack;
  /** Hertz; of `tsc` only. */
  readonly frequencyHz?: number;
  /** Of `tsc` only. */
  readonly mode?: TimerMode;
  readonly catchup?: TimerCatchup;
}

export function parseTimer(timer: ElementReader): Draft<Timer> {
  const catchup = timer.child('catchup');
  return {
    name: timer.attribute('name').oneOf(TIMER_NAMES),
    present: timer.attribute('present').yesNo(),
    tickpolicy: timer.attribute('tickpolicy').oneOf(TIMER_TICKPOLICIES),
    track: timer.attribute('track').oneOf(TIMER_TRACKS),
    frequencyHz: timer.attribute('frequency').unsignedInteger(),
    mode: timer.attribute('mode').oneOf(TIMER_MODES),
    catchup: catchup && {
      threshold: catchup.attribute('threshold').unsignedInteger(),
      slew: catchup.attribute('slew').unsignedInteger(),
      limit: catchup.attribute('limit').unsignedInteger(),
    },
  };
}

/** What libvirt does not print again is left out: zeros, and what only `tsc` has. */
export function checkTimer(fields: Fields): Timer {
  const name = fields.oneOf('name', TIMER_NAMES);
  if (name === undefined) throw refusal('XML_ERROR', "missing attribute 'name' of <timer>");
  const catchup = fields.fields('catchup');
  const frequencyHz = zeroIsNone(fields.unsignedInteger('frequencyHz'));
  const mode = fields.oneOf('mode', TIMER_MODES);
  return compact({
    name,
    present: fields.boolean('present'),
    tickpolicy: fields.oneOf('tickpolicy', TIMER_TICKPOLICIES),
    track: fields.oneOf('track', TIMER_TRACKS),
    ...(name === 'tsc' ? { frequencyHz, mode } : {}),
    catchup: catchup && readAll(catchup, checkCatchup),
  });
}

function checkCatchup(fields: Fields): TimerCatchup | undefined {
  return compactOrNothing({
    threshold: zeroIsNone(fields.unsignedInteger('threshold')),
    slew: zeroIsNone(fields.unsignedInteger('slew')),
    limit: zeroIsNone(fields.unsignedInteger('limit')),
  });
}

export function formatTimer(timer: Timer): OutputElement {
  const { name, present, tickpolicy, track, frequencyHz, mode, catchup } = timer;
  const attributes = {
    name,
    present: formatYesNo(present),
    tickpolicy,
    track,
    frequency: frequencyHz,
    mode,
  };
  return element('timer', attributes, [catchup && element('catchup', { ...catchup })]);
}
