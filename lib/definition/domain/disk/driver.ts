/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { compactOrNothing, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import {
  element,
  formatOnOff,
  group,
  textElement,
  type ElementReader,
  type OutputElement,
} from '../../xml/index.js';
import { checkStorageFormat, type StorageFormat } from '../storage-format.js';
import {
  checkVirtioOptions,
  formatVirtioOptions,
  parseVirtioOptions,
  type VirtioOptions,
} from '../virtio.js';

export const DISK_CACHES = ['none', 'writethrough', 'writeback', 'directsync', 'unsafe'] as const;
export const DISK_ERROR_POLICIES = ['stop', 'report', 'ignore', 'enospace'] as const;
export const DISK_IO_MODES = ['native', 'threads', 'io_uring'] as const;
export const DISK_DISCARDS = ['unmap', 'ignore'] as const;
export const DISK_DETECT_ZEROES = ['off', 'on', 'unmap'] as const;

/** Of these containers know the name (`loop`, `nbd`), the type and the cache; the rest is printed, without effect. */
export interface DiskDriver extends VirtioOptions {
  readonly name?: string;
  readonly type?: StorageFormat;
  readonly cache?: (typeof DISK_CACHES)[number];
  readonly errorPolicy?: (typeof DISK_ERROR_POLICIES)[number];
  /** Any of the policies but `enospace`. */
  readonly rerrorPolicy?: (typeof DISK_ERROR_POLICIES)[number];
  readonly io?: (typeof DISK_IO_MODES)[number];
  readonly ioeventfd?: boolean;
  readonly eventIdx?: boolean;
  readonly copyOnRead?: boolean;
  readonly discard?: (typeof DISK_DISCARDS)[number];
  readonly iothread?: number;
  readonly detectZeroes?: (typeof DISK_DETECT_ZEROES)[number];
  readonly queues?: number;
  readonly queueSize?: number;
  /** Bytes. */
  readonly metadataCacheMaxSizeBytes?: number;
}

export function parseDiskDriver(disk: ElementReader): Draft<DiskDriver> | undefined {
  const driver = disk.child('driver');
  if (!driver) return undefined;
  const text = (name: string): string | undefined => driver.attribute(name).text();
  const type = text('type');
  return {
    name: text('name'),
    // Xen's word of old.
    type: type === 'aio' ? 'raw' : type,
    cache: text('cache') === 'default' ? undefined : text('cache'),
    errorPolicy: text('error_policy'),
    rerrorPolicy: text('rerror_policy'),
    io: text('io'),
    ioeventfd: driver.attribute('ioeventfd').onOff(),
    eventIdx: driver.attribute('event_idx').onOff(),
    copyOnRead: driver.attribute('copy_on_read').onOff(),
    discard: text('discard'),
    iothread: driver.attribute('iothread').unsignedInteger(),
    detectZeroes: text('detect_zeroes'),
    queues: driver.attribute('queues').unsignedInteger(),
    queueSize: driver.attribute('queue_size').unsignedInteger(),
    ...parseVirtioOptions(driver),
    metadataCacheMaxSizeBytes: driver.child('metadata_cache')?.sizeBytes('max_size'),
  };
}

export function checkDiskDriver(fields: Fields): DiskDriver | undefined {
  const driver = fields.fields('driver');
  return (
    driver &&
    readAll(driver, (own) =>
      compactOrNothing({
        name: own.string('name'),
        type: checkStorageFormat(own.string('type')),
        cache: own.oneOf('cache', DISK_CACHES),
        errorPolicy: own.oneOf('errorPolicy', DISK_ERROR_POLICIES),
        rerrorPolicy: checkReadErrorPolicy(own.oneOf('rerrorPolicy', DISK_ERROR_POLICIES)),
        io: own.oneOf('io', DISK_IO_MODES),
        ioeventfd: own.boolean('ioeventfd'),
        eventIdx: own.boolean('eventIdx'),
        copyOnRead: own.boolean('copyOnRead'),
        discard: own.oneOf('discard', DISK_DISCARDS),
        iothread: checkIothread(own.unsignedInteger('iothread')),
        detectZeroes: own.oneOf('detectZeroes', DISK_DETECT_ZEROES),
        queues: zeroIsNone(own.unsignedInteger('queues')),
        queueSize: zeroIsNone(own.unsignedInteger('queueSize')),
        ...checkVirtioOptions(own),
        metadataCacheMaxSizeBytes: zeroIsNone(own.unsignedInteger('metadataCacheMaxSizeBytes')),
      }),
    )
  );
}

export function formatDiskDriver(driver: DiskDriver | undefined): OutputElement | undefined {
  if (!driver) return undefined;
  const attributes = {
    name: driver.name,
    type: driver.type,
    cache: driver.cache,
    error_policy: driver.errorPolicy,
    rerror_policy: driver.rerrorPolicy,
    io: driver.io,
    ioeventfd: formatOnOff(driver.ioeventfd),
    event_idx: formatOnOff(driver.eventIdx),
    copy_on_read: formatOnOff(driver.copyOnRead),
    discard: driver.discard,
    iothread: driver.iothread,
    detect_zeroes: driver.detectZeroes,
    queues: driver.queues,
    queue_size: driver.queueSize,
    ...formatVirtioOptions(driver),
  };
  const maxSize = textElement('max_size', driver.metadataCacheMaxSizeBytes);
  const cache = maxSize && { ...maxSize, attributes: [['unit', 'bytes'] as const] };
  return element('driver', attributes, [group('metadata_cache', [cache])]);
}

/** What only virtio devices have, if the driver asks for it. */
export function virtioOption(driver: DiskDriver): string | undefined {
  const { queues, eventIdx, ioeventfd, iommu, ats, packed, pagePerVq } = driver;
  const options = { queues, event_idx: eventIdx, ioeventfd, iommu, ats, packed, page_per_vq: pagePerVq };
  return Object.entries(options).find(([, value]) => value !== undefined)?.[0];
}

function checkReadErrorPolicy(policy: DiskDriver['rerrorPolicy']): DiskDriver['rerrorPolicy'] {
  if (policy === 'enospace') {
    throw refusal('CONFIG_UNSUPPORTED', "Invalid disk read error policy: 'enospace' in <driver> of <disk>");
  }
  return policy;
}

function checkIothread(iothread: number | undefined): number | undefined {
  if (iothread === 0) throw refusal('XML_ERROR', "attribute 'iothread' of <driver> in <disk> must not be 0");
  return iothread;
}
