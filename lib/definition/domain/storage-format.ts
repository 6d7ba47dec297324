/** @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { quote } from '../../errors.js';
import { refusal } from '../refusal.js';

export const STORAGE_FORMATS = [
  'raw', 'dir', 'bochs', 'cloop', 'dmg', 'iso', 'vpc', 'vdi', 'fat', 'vhd', 'ploop', 'cow', 'qcow', 'qcow2', 'qed', 'vmdk',
] as const; // prettier-ignore
/** Format of a disk image. */
export type StorageFormat = (typeof STORAGE_FORMATS)[number];

export function checkStorageFormat(format: string | undefined): StorageFormat | undefined {
  if (format === undefined) return undefined;
  const found = STORAGE_FORMATS.find((item) => item === format);
  if (found === undefined) {
    throw refusal(
      'CONFIG_UNSUPPORTED',
      `unknown driver format value ${quote(format)}: must be one of ${STORAGE_FORMATS.join(', ')}`,
    );
  }
  return found;
}
