/** What disks and file systems name alike. @see https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms */
import { quote } from '../../errors.js';
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import type { ElementReader } from '../xml/index.js';

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

export const VIRTIO_MODELS = ['virtio', 'virtio-transitional', 'virtio-non-transitional'] as const;
/** Printed, without effect. */
export type VirtioModel = (typeof VIRTIO_MODELS)[number];

/** Options of virtio devices: printed, without effect. */
export interface VirtioOptions {
  readonly iommu?: boolean;
  readonly ats?: boolean;
  readonly packed?: boolean;
  readonly pagePerVq?: boolean;
}

export function parseVirtioOptions(driver: ElementReader): Draft<VirtioOptions> {
  return {
    iommu: driver.attribute('iommu').onOff(),
    ats: driver.attribute('ats').onOff(),
    packed: driver.attribute('packed').onOff(),
    pagePerVq: driver.attribute('page_per_vq').onOff(),
  };
}

export function checkVirtioOptions(fields: Fields): VirtioOptions {
  return compact({
    iommu: fields.boolean('iommu'),
    ats: fields.boolean('ats'),
    packed: fields.boolean('packed'),
    pagePerVq: fields.boolean('pagePerVq'),
  });
}

/** As attributes of `<driver>`. */
export function formatVirtioOptions(options: VirtioOptions): Record<string, string | undefined> {
  const { iommu, ats, packed, pagePerVq } = options;
  return {
    iommu: formatOnOff(iommu),
    ats: formatOnOff(ats),
    packed: formatOnOff(packed),
    page_per_vq: formatOnOff(pagePerVq),
  };
}

export function formatOnOff(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? 'on' : 'off';
}
