/** @see https://libvirt.org/formatdomain.html#quality-of-service */
import { compact, compactOrNothing, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../../xml/index.js';
import type { InterfaceType } from './types.js';

/** Limits of one direction. */
export interface Bandwidth {
  /** What is sustained, KiB a second. Required, but for an `inbound` with `floorKiBPerSecond`. */
  readonly averageKiBPerSecond?: number;
  /** The most for a moment, KiB a second. */
  readonly peakKiBPerSecond?: number;
  /** What is guaranteed, KiB a second; `inbound` of a network only. */
  readonly floorKiBPerSecond?: number;
  /** How much may come at peak speed, KiB. */
  readonly burstKiB?: number;
}
/** Both directions, as seen from the container. */
export interface InterfaceBandwidth {
  readonly inbound?: Bandwidth;
  readonly outbound?: Bandwidth;
}

const DIRECTIONS = ['inbound', 'outbound'] as const;
type Direction = (typeof DIRECTIONS)[number];

export function parseBandwidth(nic: ElementReader): Draft<InterfaceBandwidth> | undefined {
  const bandwidth = nic.child('bandwidth');
  if (bandwidth?.attribute('classID').text() !== undefined) {
    throw refusal('XML_DETAIL', 'classID attribute not supported on <bandwidth> in this usage context');
  }
  return bandwidth && Object.fromEntries(DIRECTIONS.map((name) => [name, parseRate(bandwidth.child(name))]));
}

function parseRate(rate: ElementReader | undefined): Draft<Bandwidth> | undefined {
  return (
    rate && {
      averageKiBPerSecond: rate.attribute('average').unsignedInteger(),
      peakKiBPerSecond: rate.attribute('peak').unsignedInteger(),
      floorKiBPerSecond: rate.attribute('floor').unsignedInteger(),
      burstKiB: rate.attribute('burst').unsignedInteger(),
    }
  );
}

/** A floor is what the networks of the host promise each other: other interfaces have none. */
export function checkBandwidth(fields: Fields, nic: InterfaceType): InterfaceBandwidth | undefined {
  const bandwidth = fields.fields('bandwidth');
  return (
    bandwidth &&
    readAll(bandwidth, (own) =>
      compactOrNothing({
        inbound: checkRate(own, 'inbound', nic === 'network'),
        outbound: checkRate(own, 'outbound', false),
      }),
    )
  );
}

function checkRate(fields: Fields, direction: Direction, hasFloor: boolean): Bandwidth | undefined {
  const rate = fields.fields(direction);
  if (!rate) return undefined;
  const given = readAll(rate, (own) => ({
    averageKiBPerSecond: own.unsignedInteger('averageKiBPerSecond'),
    peakKiBPerSecond: own.unsignedInteger('peakKiBPerSecond'),
    floorKiBPerSecond: own.unsignedInteger('floorKiBPerSecond'),
    burstKiB: own.unsignedInteger('burstKiB'),
  }));
  checkTogether(given, `<${direction}> of <bandwidth>`, hasFloor);
  // As in libvirt, 0 is none; without an average, the peak could not be read again.
  const floorKiBPerSecond = zeroIsNone(given.floorKiBPerSecond);
  if ((given.averageKiBPerSecond ?? 0) === 0) return compactOrNothing({ floorKiBPerSecond });
  return compact({
    averageKiBPerSecond: given.averageKiBPerSecond,
    peakKiBPerSecond: zeroIsNone(given.peakKiBPerSecond),
    floorKiBPerSecond,
    burstKiB: zeroIsNone(given.burstKiB),
  });
}

function checkTogether(rate: Draft<Bandwidth>, where: string, hasFloor: boolean): void {
  const { averageKiBPerSecond: average, peakKiBPerSecond: peak, floorKiBPerSecond: floor, burstKiB } = rate;
  if (average === undefined && floor === undefined) {
    throw refusal('XML_DETAIL', `Missing mandatory average or floor attributes in ${where}`);
  }
  if (average === undefined && (peak !== undefined || burstKiB !== undefined)) {
    throw refusal('CONFIG_UNSUPPORTED', `'peak' and 'burst' require 'average' attribute in ${where}`);
  }
  if (floor !== undefined && !hasFloor) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `floor attribute is not supported for this config: ${where} may have it as <inbound> of a network only`,
    );
  }
}

export function formatBandwidth(bandwidth: InterfaceBandwidth | undefined): OutputElement | undefined {
  return group(
    'bandwidth',
    DIRECTIONS.map((name) => formatRate(name, bandwidth?.[name])),
  );
}

function formatRate(direction: Direction, rate: Bandwidth | undefined): OutputElement | undefined {
  return (
    rate &&
    element(direction, {
      average: rate.averageKiBPerSecond,
      peak: rate.peakKiBPerSecond,
      floor: rate.floorKiBPerSecond,
      burst: rate.burstKiB,
    })
  );
}
