/** @see https://libvirt.org/formatdomain.html#virtio-device-models */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { formatOnOff, type ElementReader } from '../xml/index.js';

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
