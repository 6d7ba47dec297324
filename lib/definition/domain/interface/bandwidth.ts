/** @see https://libvirt.org/formatdomain.html#quality-of-service */
import { compact, compactOrNothing, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../../xml/index.js';

/** Limits of one direction. */
export interface Bandwidth {
  /** What is sustained, KiB a second. Required, but for an `inbound` with `floorKiBPerSecond`. */
  readonly averageKiBPerSecond?: number;
  /** The most for a moment, KiB a second. */
  readonly peakKiBPerSecond?: number;
  /** What is guaranteed, KiB a second; `inbound` only. */
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
  bandwidth?.attribute('classID');
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

export function checkBandwidth(fields: Fields): InterfaceBandwidth | undefined {
  const bandwidth = fields.fields('bandwidth');
  return (
    bandwidth &&
    readAll(bandwidth, (own) =>
      compactOrNothing({ inbound: checkRate(own, 'inbound'), outbound: checkRate(own, 'outbound') }),
    )
  );
}

function checkRate(fields: Fields, direction: Direction): Bandwidth | undefined {
  const rate = fields.fields(direction);
  return rate && readAll(rate, (own) => checkNumbers(own, direction));
}

function checkNumbers(fields: Fields, direction: Direction): Bandwidth {
  const number = (key: string): number | undefined => zeroIsNone(fields.unsignedInteger(key));
  const rate = compact({
    averageKiBPerSecond: number('averageKiBPerSecond'),
    peakKiBPerSecond: number('peakKiBPerSecond'),
    floorKiBPerSecond: number('floorKiBPerSecond'),
    burstKiB: number('burstKiB'),
  });
  const { averageKiBPerSecond: average, peakKiBPerSecond: peak, floorKiBPerSecond: floor, burstKiB } = rate;
  if (direction === 'outbound' && floor !== undefined) {
    throw refusal('XML_DETAIL', "'floor' attribute allowed only in <inbound> element of <bandwidth>");
  }
  if (average === undefined && floor === undefined) {
    throw refusal(
      'XML_DETAIL',
      `Missing mandatory average or floor attributes in <${direction}> of <bandwidth>`,
    );
  }
  if (average === undefined && (peak !== undefined || burstKiB !== undefined)) {
    throw refusal(
      'XML_DETAIL',
      `'peak' and 'burst' require 'average' attribute in <${direction}> of <bandwidth>`,
    );
  }
  return rate;
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
