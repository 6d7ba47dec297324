/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { compactOrNothing, emptyIsNone, zeroIsNone, type Draft } from '../../plain/compact.js';
import { readAll, type Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { group, textElement, type ElementReader, type OutputElement } from '../../xml/index.js';

const LIMITS_BEFORE_GROUP = [
  ['totalBytesSec', 'total_bytes_sec'],
  ['readBytesSec', 'read_bytes_sec'],
  ['writeBytesSec', 'write_bytes_sec'],
  ['totalIopsSec', 'total_iops_sec'],
  ['readIopsSec', 'read_iops_sec'],
  ['writeIopsSec', 'write_iops_sec'],
  ['totalBytesSecMax', 'total_bytes_sec_max'],
  ['readBytesSecMax', 'read_bytes_sec_max'],
  ['writeBytesSecMax', 'write_bytes_sec_max'],
  ['totalIopsSecMax', 'total_iops_sec_max'],
  ['readIopsSecMax', 'read_iops_sec_max'],
  ['writeIopsSecMax', 'write_iops_sec_max'],
  ['sizeIopsSec', 'size_iops_sec'],
] as const;
const LIMITS_AFTER_GROUP = [
  ['totalBytesSecMaxLength', 'total_bytes_sec_max_length'],
  ['readBytesSecMaxLength', 'read_bytes_sec_max_length'],
  ['writeBytesSecMaxLength', 'write_bytes_sec_max_length'],
  ['totalIopsSecMaxLength', 'total_iops_sec_max_length'],
  ['readIopsSecMaxLength', 'read_iops_sec_max_length'],
  ['writeIopsSecMaxLength', 'write_iops_sec_max_length'],
] as const;
const LIMITS = [...LIMITS_BEFORE_GROUP, ...LIMITS_AFTER_GROUP] as const;
type DiskLimit = (typeof LIMITS)[number][0];

/** A total, and what can't be given beside it. */
const EXCLUSIVE = [
  ['totalBytesSec', 'readBytesSec', 'writeBytesSec', 'bytes_sec'],
  ['totalIopsSec', 'readIopsSec', 'writeIopsSec', 'iops_sec'],
  ['totalBytesSecMax', 'readBytesSecMax', 'writeBytesSecMax', 'bytes_sec_max'],
  ['totalIopsSecMax', 'readIopsSecMax', 'writeIopsSecMax', 'iops_sec_max'],
] as const;

/** Limits of a disk: bytes and operations a second, lengths in seconds. Printed, without effect. */
export interface DiskIotune extends Readonly<Partial<Record<DiskLimit, number>>> {
  readonly groupName?: string;
}

export function parseDiskIotune(disk: ElementReader): Draft<DiskIotune> | undefined {
  const iotune = disk.child('iotune');
  if (!iotune) return undefined;
  const limits = LIMITS.map(([key, name]) => [key, iotune.unsignedInteger(name)] as const);
  const groupName = iotune.value('group_name').text();
  return { ...Object.fromEntries(limits), groupName: emptyIsNone(groupName) };
}

export function checkDiskIotune(fields: Fields): DiskIotune | undefined {
  const iotune = fields.fields('iotune');
  return (
    iotune &&
    readAll(iotune, (own) => {
      const given = LIMITS.map(([key]) => [key, zeroIsNone(own.unsignedInteger(key))] as const);
      const limits: DiskIotune = Object.fromEntries(given);
      checkTotals(limits);
      return compactOrNothing({ ...limits, groupName: own.string('groupName') });
    })
  );
}

export function formatDiskIotune(iotune: DiskIotune | undefined): OutputElement | undefined {
  if (!iotune) return undefined;
  const print = (limits: readonly (readonly [DiskLimit, string])[]): (OutputElement | undefined)[] =>
    limits.map(([key, name]) => textElement(name, iotune[key]));
  return group('iotune', [
    ...print(LIMITS_BEFORE_GROUP),
    textElement('group_name', iotune.groupName),
    ...print(LIMITS_AFTER_GROUP),
  ]);
}

function checkTotals(limits: DiskIotune): void {
  for (const [total, read, write, name] of EXCLUSIVE) {
    if (limits[total] === undefined || (limits[read] === undefined && limits[write] === undefined)) continue;
    throw refusal(
      'XML_ERROR',
      `total and read/write ${name} cannot be set at the same time in <iotune> of <disk>`,
    );
  }
}
