/** @see https://libvirt.org/formatdomain.html#filesystems */
import { quote } from '../../errors.js';
import { compact, falseIsNone, zeroIsNone, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, textElement, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkDeviceInfo, formatDeviceInfo, parseDeviceInfo } from './device-info.js';
import { checkFilesystemBinary, formatFilesystemBinary, parseFilesystemBinary } from './filesystem/binary.js';
import { checkFilesystemDriver, formatFilesystemDriver, parseFilesystemDriver } from './filesystem/driver.js';
import { checkFilesystemSource, formatFilesystemSource, parseFilesystemSource } from './filesystem/source.js';
import {
  FILESYSTEM_ACCESSMODES,
  FILESYSTEM_MULTIDEVS,
  FILESYSTEM_TYPES,
  type Filesystem,
  type FilesystemCommon,
} from './filesystem/types.js';
import { checkAbsolutePath, isRootPath } from './paths.js';
import { VIRTIO_MODELS } from './virtio.js';

export { FILESYSTEM_ACCESSMODES } from './filesystem/types.js';

const MAX_MODE = 0o777;

export function parseFilesystem(filesystem: ElementReader): Draft<Filesystem> {
  const type = filesystem.attribute('type').oneOf(FILESYSTEM_TYPES) ?? 'mount';
  const multidevs = filesystem.attribute('multidevs').oneOf(['default', ...FILESYSTEM_MULTIDEVS]);
  const driver = parseFilesystemDriver(filesystem);
  return {
    accessmode: filesystem.attribute('accessmode').oneOf(FILESYSTEM_ACCESSMODES),
    model: filesystem.attribute('model').oneOf(VIRTIO_MODELS),
    multidevs: multidevs === 'default' ? undefined : multidevs,
    fmode: parseMode('fmode', filesystem.attribute('fmode').text()),
    dmode: parseMode('dmode', filesystem.attribute('dmode').text()),
    driver,
    binary: parseFilesystemBinary(filesystem, driver?.type),
    ...parseFilesystemSource(type, filesystem),
    target: filesystem.child('target')?.attribute('dir').text(),
    readonly: filesystem.child('readonly') !== undefined,
    ...parseDeviceInfo(filesystem),
    spaceHardLimitBytes: filesystem.sizeBytes('space_hard_limit'),
    spaceSoftLimitBytes: filesystem.sizeBytes('space_soft_limit'),
  };
}

export function checkFilesystem(fields: Fields): Filesystem {
  const type = fields.requiredOneOf('type', FILESYSTEM_TYPES);
  const target = checkTarget(fields.string('target') ?? '');
  return Object.freeze({ ...checkFilesystemSource(type, fields, target), ...checkCommon(fields, target) });
}

function checkCommon(fields: Fields, target: string): FilesystemCommon {
  const driver = checkFilesystemDriver(fields);
  const info = checkDeviceInfo(fields);
  if (info.boot && driver?.type !== 'virtiofs') {
    throw refusal(
      'XML_ERROR',
      `<filesystem> target ${quote(target)}: boot order is only supported for virtiofs`,
    );
  }
  return compact({
    target,
    accessmode: fields.oneOf('accessmode', FILESYSTEM_ACCESSMODES),
    readonly: falseIsNone(fields.boolean('readonly')),
    driver,
    binary: checkFilesystemBinary(fields, driver?.type),
    model: fields.oneOf('model', VIRTIO_MODELS),
    multidevs: fields.oneOf('multidevs', FILESYSTEM_MULTIDEVS),
    fmode: checkMode('fmode', fields.unsignedInteger('fmode')),
    dmode: checkMode('dmode', fields.unsignedInteger('dmode')),
    ...info,
    spaceHardLimitBytes: zeroIsNone(fields.unsignedInteger('spaceHardLimitBytes')),
    spaceSoftLimitBytes: zeroIsNone(fields.unsignedInteger('spaceSoftLimitBytes')),
  });
}

export function completeFilesystem(filesystem: Filesystem): Filesystem {
  return Object.freeze({ ...filesystem, accessmode: filesystem.accessmode ?? 'passthrough' });
}

export function formatFilesystem(filesystem: Filesystem): OutputElement {
  const { type, accessmode = 'passthrough', model, multidevs, fmode, dmode } = filesystem;
  return element(
    'filesystem',
    { type, accessmode, model, multidevs, fmode: formatMode(fmode), dmode: formatMode(dmode) },
    [
      formatFilesystemDriver(filesystem.driver),
      formatFilesystemBinary(filesystem.binary),
      formatFilesystemSource(filesystem),
      element('target', { dir: filesystem.target }),
      filesystem.readonly === true ? element('readonly') : undefined,
      ...formatDeviceInfo(filesystem),
      formatLimit('space_hard_limit', filesystem.spaceHardLimitBytes),
      formatLimit('space_soft_limit', filesystem.spaceSoftLimitBytes),
    ],
  );
}

/** The filesystem that is the container's root, if the definition has one. */
export function domainRoot(definition: {
  readonly devices?: { readonly filesystems?: readonly Filesystem[] };
}): Filesystem | undefined {
  return definition.devices?.filesystems?.find((filesystem) => isRootPath(filesystem.target));
}

function checkTarget(target: string): string {
  if (target === '')
    throw refusal('NO_TARGET', "missing target of <filesystem>: <target dir='...'/> is required");
  return checkAbsolutePath('<filesystem> target', target);
}

function parseMode(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\s*[0-7]{1,8}\s*$/u.test(text)) throw invalidMode(name, text);
  return Number.parseInt(text, 8);
}

function checkMode(name: string, mode: number | undefined): number | undefined {
  if (mode !== undefined && mode > MAX_MODE) throw invalidMode(name, `0${mode.toString(8)}`);
  return zeroIsNone(mode);
}

function invalidMode(name: string, mode: string): Error {
  return refusal('XML_ERROR', `invalid ${name} of <filesystem>: ${quote(mode)} must be octal, up to 0777`);
}

function formatMode(mode: number | undefined): string | undefined {
  return mode?.toString(8).padStart(4, '0');
}

function formatLimit(name: string, bytes: number | undefined): OutputElement | undefined {
  const limit = textElement(name, bytes);
  return limit && { ...limit, attributes: [['unit', 'bytes']] };
}
