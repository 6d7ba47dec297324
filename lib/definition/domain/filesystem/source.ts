/** Where the content of a file system comes from, by its type. */
import { quote } from '../../../errors.js';
import type { Draft } from '../../plain/compact.js';
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { checkAbsolutePath } from '../paths.js';
import type { Filesystem, FilesystemSource, FilesystemType } from './types.js';

/** The attribute of `<source>` with a path or name. */
const SOURCE_ATTRIBUTES = {
  mount: 'dir',
  bind: 'dir',
  file: 'file',
  block: 'dev',
  template: 'name',
} as const satisfies Partial<Record<FilesystemType, string>>;

export function parseFilesystemSource(
  type: FilesystemType,
  filesystem: ElementReader,
): Draft<FilesystemSource> {
  const source = filesystem.child('source');
  if (source?.attribute('socket').text() !== undefined) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      "attribute 'socket' of <source> in <filesystem> is not supported: containers have no virtiofs",
    );
  }
  switch (type) {
    case 'ram': {
      const unit = source?.attribute('units').text();
      return { type, usageKiB: source?.attribute('usage').sizeKiB(unit) };
    }
    case 'volume':
      return { type, pool: source?.attribute('pool').text(), volume: source?.attribute('volume').text() };
    default:
      return { type, source: source?.attribute(SOURCE_ATTRIBUTES[type]).text() };
  }
}

export function checkFilesystemSource(
  type: FilesystemType,
  fields: Fields,
  target: string,
): FilesystemSource {
  switch (type) {
    case 'ram':
      return { type, usageKiB: checkUsage(fields, target) };
    case 'volume':
      return { type, ...checkVolume(fields, target) };
    case 'template':
      return { type, source: checkPresent(type, fields.string('source') ?? '', target) };
    default: {
      const source = checkPresent(type, fields.string('source') ?? '', target);
      return { type, source: checkAbsolutePath(`<filesystem> target ${quote(target)}: source`, source) };
    }
  }
}

export function formatFilesystemSource(filesystem: Filesystem): OutputElement {
  switch (filesystem.type) {
    case 'ram':
      return element('source', { usage: filesystem.usageKiB, units: 'KiB' });
    case 'volume':
      return element('source', { pool: filesystem.pool, volume: filesystem.volume });
    default:
      return element('source', { [SOURCE_ATTRIBUTES[filesystem.type]]: filesystem.source });
  }
}

function checkPresent(type: keyof typeof SOURCE_ATTRIBUTES, source: string, target: string): string {
  if (source === '') throw noSource(`<source ${SOURCE_ATTRIBUTES[type]}='...'/>`, target);
  return source;
}

function checkVolume(fields: Fields, target: string): { readonly pool: string; readonly volume: string } {
  const pool = fields.string('pool') ?? '';
  const volume = fields.string('volume') ?? '';
  if (pool === '' && volume === '') throw noSource("<source pool='...' volume='...'/>", target);
  if (pool === '' || volume === '') {
    throw refusal(
      'XML_ERROR',
      `'pool' and 'volume' must be specified together in <source> of <filesystem> with target ${quote(target)}`,
    );
  }
  return { pool, volume };
}

/** The kernel takes a size of 0 as no limit at all: it is refused like a missing one. */
function checkUsage(fields: Fields, target: string): number {
  const usageKiB = fields.unsignedInteger('usageKiB') ?? 0;
  if (usageKiB === 0) {
    throw refusal(
      'XML_ERROR',
      `missing 'usage' attribute of <source> in <filesystem type='ram'> with target ${quote(target)}`,
    );
  }
  return usageKiB;
}

function noSource(expected: string, target: string): Error {
  return refusal(
    'NO_SOURCE',
    `missing source of <filesystem> with target ${quote(target)}: ${expected} is required`,
  );
}
