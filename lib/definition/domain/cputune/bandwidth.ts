/** Shares, periods and quotas of `<cputune>`. @see https://libvirt.org/formatdomain.html#cpu-tuning */
import { quote } from '../../../errors.js';
import { compact, type Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { textElement, type ElementReader, type OutputElement } from '../../xml/index.js';

/** How much CPU time the container gets. A quota is spent within its period; a negative one is no limit. */
export interface CpuBandwidth {
  /** Weight among all containers, 2 to 262144. */
  readonly shares?: number;
  /** 1000 to 1000000. */
  readonly periodMicroseconds?: number;
  /** 1000 to 17592186044415, or negative. */
  readonly quotaMicroseconds?: number;
  /** Kept, without effect, as all that follow. */
  readonly globalPeriodMicroseconds?: number;
  readonly globalQuotaMicroseconds?: number;
  readonly emulatorPeriodMicroseconds?: number;
  readonly emulatorQuotaMicroseconds?: number;
  readonly iothreadPeriodMicroseconds?: number;
  readonly iothreadQuotaMicroseconds?: number;
}

/** What libvirt allows, also for its parameters. */
export const SHARES_RANGE = { min: 2, max: 262_144 };
export const PERIOD_RANGE = { min: 1000, max: 1_000_000 };
export const QUOTA_RANGE = { min: 1000, max: 17_592_186_044_415 };

type Range = typeof PERIOD_RANGE;

interface Value {
  readonly key: keyof CpuBandwidth;
  readonly element: string;
  readonly range: Range;
}

/** In libvirt's order. */
const VALUES: readonly Value[] = [
  { key: 'shares', element: 'shares', range: SHARES_RANGE },
  { key: 'periodMicroseconds', element: 'period', range: PERIOD_RANGE },
  { key: 'quotaMicroseconds', element: 'quota', range: QUOTA_RANGE },
  { key: 'globalPeriodMicroseconds', element: 'global_period', range: PERIOD_RANGE },
  { key: 'globalQuotaMicroseconds', element: 'global_quota', range: QUOTA_RANGE },
  { key: 'emulatorPeriodMicroseconds', element: 'emulator_period', range: PERIOD_RANGE },
  { key: 'emulatorQuotaMicroseconds', element: 'emulator_quota', range: QUOTA_RANGE },
  { key: 'iothreadPeriodMicroseconds', element: 'iothread_period', range: PERIOD_RANGE },
  { key: 'iothreadQuotaMicroseconds', element: 'iothread_quota', range: QUOTA_RANGE },
];

export function parseBandwidth(cputune: ElementReader): Draft<CpuBandwidth> {
  return Object.fromEntries(
    VALUES.map(({ key, element, range }) => {
      const value = cputune.value(element);
      return [key, range === QUOTA_RANGE ? value.integer() : value.unsignedInteger()];
    }),
  );
}

export function checkBandwidth(own: Fields): CpuBandwidth {
  return compact(Object.fromEntries(VALUES.map((value) => [value.key, checkValue(own, value)])));
}

/** As in libvirt, a period or quota of 0 is absent. */
function checkValue(own: Fields, { key, element, range }: Value): number | undefined {
  const value = range === QUOTA_RANGE ? own.integer(key) : own.unsignedInteger(key);
  if (value === undefined || value < 0 || (value === 0 && range !== SHARES_RANGE)) {
    return value === 0 ? undefined : value;
  }
  if (value < range.min || value > range.max) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `Value of cputune '${element}' must be in range [${range.min}, ${range.max}], not ${quote(String(value))}`,
    );
  }
  return value;
}

export function formatBandwidth(bandwidth: CpuBandwidth): (OutputElement | undefined)[] {
  return VALUES.map(({ key, element }) => textElement(element, bandwidth[key]));
}
