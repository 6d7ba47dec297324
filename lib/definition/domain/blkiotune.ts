/** @see https://libvirt.org/formatdomain.html#block-i-o-tuning */
import { quote } from '../../errors.js';
import { compact, compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { group, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkAbsolutePath } from './paths.js';

/** What one block device of the host gives the container; absent or 0 is the kernel's default, or no limit. */
export interface BlkiotuneDevice {
  /** The device's node on the host, an absolute path. */
  readonly path: string;
  /** 1 to 10000. */
  readonly weight?: number;
  /** Reads a second. */
  readonly readIopsSec?: number;
  /** Writes a second. */
  readonly writeIopsSec?: number;
  /** Bytes read a second. */
  readonly readBytesSec?: number;
  /** Bytes written a second. */
  readonly writeBytesSec?: number;
}

/** The container's share of block I/O. */
export interface Blkiotune {
  /** The share among all containers, 1 to 10000. */
  readonly weight?: number;
  /** Each path once. */
  readonly devices?: readonly BlkiotuneDevice[];
}

/** The range of the kernel's unified hierarchy, which libvirt accepts too. */
export const WEIGHT_RANGE = { min: 1, max: 10_000 };
const MAX_UINT = 0xffff_ffff;

export function parseBlkiotune(domain: ElementReader): Draft<Blkiotune> | undefined {
  const blkiotune = domain.child('blkiotune');
  return (
    blkiotune && {
      weight: blkiotune.unsignedInteger('weight'),
      devices: blkiotune.children('device').map(parseDevice),
    }
  );
}

function parseDevice(device: ElementReader): Draft<BlkiotuneDevice> {
  return {
    path: device.value('path').text(),
    weight: device.unsignedInteger('weight'),
    readIopsSec: device.unsignedInteger('read_iops_sec'),
    writeIopsSec: device.unsignedInteger('write_iops_sec'),
    readBytesSec: device.unsignedInteger('read_bytes_sec'),
    writeBytesSec: device.unsignedInteger('write_bytes_sec'),
  };
}

export function checkBlkiotune(fields: Fields): Blkiotune | undefined {
  const blkiotune = fields.fields('blkiotune');
  return (
    blkiotune &&
    readAll(blkiotune, (own) => {
      const weight = checkWeight(own, '<blkiotune>');
      return compactOrNothing({ weight, devices: checkDevices(own) });
    })
  );
}

/** As in libvirt, a device without a limit is left out, but its path must be right. */
function checkDevices(fields: Fields): readonly BlkiotuneDevice[] | undefined {
  const paths = new Set<string>();
  const devices = fields.list('devices', (own) => {
    const device = checkDevice(own);
    if (paths.has(device.path)) {
      throw refusal('CONFIG_UNSUPPORTED', `duplicate blkio device path ${quote(device.path)}`);
    }
    paths.add(device.path);
    return device;
  });
  const limited = devices?.filter((device) => Object.keys(device).length > 1) ?? [];
  return limited.length === 0 ? undefined : Object.freeze(limited);
}

function checkDevice(own: Fields): BlkiotuneDevice {
  const path = own.string('path') ?? '';
  if (path === '') throw refusal('XML_ERROR', 'missing per-device path: <path> of <device> in <blkiotune>');
  return compact({
    path: checkAbsolutePath('<path> of <device> in <blkiotune>', path),
    weight: checkWeight(own, `device ${quote(path)} in <blkiotune>`),
    readIopsSec: rate(own, 'readIopsSec', '<read_iops_sec>', MAX_UINT),
    writeIopsSec: rate(own, 'writeIopsSec', '<write_iops_sec>', MAX_UINT),
    readBytesSec: rate(own, 'readBytesSec', '<read_bytes_sec>'),
    writeBytesSec: rate(own, 'writeBytesSec', '<write_bytes_sec>'),
  });
}

function checkWeight(own: Fields, where: string): number | undefined {
  const weight = own.unsignedInteger('weight');
  if (weight === undefined || weight === 0) return undefined;
  if (weight < WEIGHT_RANGE.min || weight > WEIGHT_RANGE.max) {
    throw refusal(
      'INVALID_ARG',
      `<weight> ${quote(String(weight))} of ${where} must be in range [${WEIGHT_RANGE.min}, ${WEIGHT_RANGE.max}]`,
    );
  }
  return weight;
}

function rate(own: Fields, key: string, what: string, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = own.unsignedInteger(key);
  if (value === undefined || value === 0) return undefined;
  if (value > max) throw refusal('XML_ERROR', `${what} ${quote(String(value))} must be at most ${max}`);
  return value;
}

export function formatBlkiotune(blkiotune: Blkiotune | undefined): OutputElement | undefined {
  return group('blkiotune', [
    textElement('weight', blkiotune?.weight),
    ...(blkiotune?.devices ?? []).map((device) =>
      group('device', [
        textElement('path', device.path),
        textElement('weight', device.weight),
        textElement('read_iops_sec', device.readIopsSec),
        textElement('write_iops_sec', device.writeIopsSec),
        textElement('read_bytes_sec', device.readBytesSec),
        textElement('write_bytes_sec', device.writeBytesSec),
      ]),
    ),
  ]);
}
