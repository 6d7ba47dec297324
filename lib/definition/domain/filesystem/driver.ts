/** @see https://libvirt.org/formatdomain.html#filesystems */
import { compactOrNothing, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { element, type ElementReader, type OutputElement } from '../../xml/index.js';
import { checkStorageFormat, type StorageFormat } from '../storage-format.js';
import {
  checkVirtioOptions,
  formatVirtioOptions,
  parseVirtioOptions,
  type VirtioOptions,
} from '../virtio.js';

export const FILESYSTEM_DRIVERS = ['path', 'handle', 'loop', 'nbd', 'ploop', 'virtiofs'] as const;
/** Containers know `loop` and `nbd`, for `file`; the others are printed back. */
export type FilesystemDriverType = (typeof FILESYSTEM_DRIVERS)[number];
export const FILESYSTEM_WRPOLICIES = ['immediate'] as const;

export interface FilesystemDriver extends VirtioOptions {
  readonly type?: FilesystemDriverType;
  /** Needs a type; `raw` for `loop`. */
  readonly format?: StorageFormat;
  /** Needs a type. Printed, without effect. */
  readonly wrpolicy?: (typeof FILESYSTEM_WRPOLICIES)[number];
  /** Queue size of `virtiofs`. Printed, without effect. */
  readonly queue?: number;
}

export function parseFilesystemDriver(filesystem: ElementReader): Draft<FilesystemDriver> | undefined {
  const driver = filesystem.child('driver');
  if (!driver) return undefined;
  const type = exceptDefault(driver.attribute('type').oneOf(['default', ...FILESYSTEM_DRIVERS]));
  const wrpolicy = exceptDefault(driver.attribute('wrpolicy').oneOf(['default', ...FILESYSTEM_WRPOLICIES]));
  const format = checkStorageFormat(driver.attribute('format').text());
  const queue = driver.attribute('queue').text();
  // As in libvirt, they are nothing without a type, and a queue is virtiofs' alone.
  const typed = type === undefined ? undefined : { type, format, wrpolicy };
  return {
    ...typed,
    queue:
      type === 'virtiofs' && queue !== undefined ? driver.attribute('queue').unsignedInteger() : undefined,
    ...parseVirtioOptions(driver),
  };
}

export function checkFilesystemDriver(fields: Fields): FilesystemDriver | undefined {
  const driver = fields.fields('driver');
  return (
    driver &&
    readAll(driver, (own) => {
      const checked = {
        type: own.oneOf('type', FILESYSTEM_DRIVERS),
        format: checkStorageFormat(own.string('format')),
        wrpolicy: own.oneOf('wrpolicy', FILESYSTEM_WRPOLICIES),
        queue: zeroIsNone(own.unsignedInteger('queue')),
        ...checkVirtioOptions(own),
      };
      checkTypeGiven(checked);
      return compactOrNothing(checked);
    })
  );
}

export function formatFilesystemDriver(driver: FilesystemDriver | undefined): OutputElement | undefined {
  if (!driver) return undefined;
  const { type, format, wrpolicy, queue } = driver;
  return element('driver', { type, format, wrpolicy, queue, ...formatVirtioOptions(driver) });
}

/** libvirt prints neither without a type: they would be lost. */
function checkTypeGiven(driver: {
  readonly [K in 'type' | 'format' | 'wrpolicy' | 'queue']: FilesystemDriver[K] | undefined;
}): void {
  const { type, format, wrpolicy, queue } = driver;
  if (type === undefined && (format !== undefined || wrpolicy !== undefined)) {
    throw refusal('XML_ERROR', "attribute 'type' of <driver> in <filesystem> is missing");
  }
  if (type !== 'virtiofs' && queue !== undefined) {
    throw refusal('XML_ERROR', "attribute 'queue' of <driver> in <filesystem> needs type='virtiofs'");
  }
}

function exceptDefault(value: string | undefined): string | undefined {
  return value === 'default' ? undefined : value;
}
