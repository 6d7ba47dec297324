/**
 * Parts of an interface that only machines have: kept as XML.
 * @see https://libvirt.org/formatdomain.html#network-interfaces
 */
import type { Fields } from '../../plain/fields.js';
import { refusal } from '../../refusal.js';
import { parseXml, type ElementReader, type OutputElement, type Verbatim } from '../../xml/index.js';
import { checkKept, formatKept, keptName, parseKept, type Kept } from '../kept.js';
import { VIRTIO_MODELS } from '../virtio.js';
import type { InterfaceType } from './types.js';

export const MACHINE_PARTS = ['driver', 'backend', 'teaming', 'coalesce', 'rom'] as const;
export type MachinePart = (typeof MACHINE_PARTS)[number];

const VIRTIO_OPTIONS = ['iommu', 'ats', 'packed', 'page_per_vq'] as const;

/** Of each the first, as libvirt reads them. */
export function parseMachineParts(nic: ElementReader): Kept {
  return MACHINE_PARTS.flatMap((name) => parseKept(nic, [name]).slice(0, 1));
}

/** Leaves out what libvirt does not print: empty parts, and the driver of a device that is not virtio's. */
export function checkMachineParts(fields: Fields, type: InterfaceType, model?: string): Kept | undefined {
  const kept = checkKept(fields, MACHINE_PARTS) ?? [];
  for (const name of MACHINE_PARTS) {
    if (machinePart(kept, name).length < 2) continue;
    throw refusal('XML_ERROR', `<interface>: only one <${name}> is supported`);
  }
  const hasDriver = type === 'hostdev' || isVirtio(model);
  if (!isVirtio(model)) refuseVirtioOptions(machinePart(kept, 'driver')[0]);
  const printed = kept.filter((xml) => !isEmpty(xml) && (hasDriver || keptName(xml) !== 'driver'));
  return printed.length === 0 ? undefined : Object.freeze(printed);
}

/** Those of some names, in the order of the names. */
export function formatMachineParts(
  kept: Kept | undefined,
  ...names: readonly MachinePart[]
): (OutputElement | Verbatim)[] {
  return names.flatMap((name) => formatKept(kept, name));
}

export function machinePart(kept: Kept, name: MachinePart): readonly string[] {
  return kept.filter((xml) => keptName(xml) === name);
}

export function attributeOf(xml: string | undefined, name: string): string | undefined {
  return xml === undefined
    ? undefined
    : parseXml(xml).attributes.find((attribute) => attribute.name === name)?.value;
}

/** Whether the network of `user` is made by the program passt. */
export function isPasst(kept: Kept): boolean {
  return attributeOf(machinePart(kept, 'backend')[0], 'type') === 'passt';
}

export function isVirtio(model: string | undefined): boolean {
  return VIRTIO_MODELS.some((name) => name === model);
}

function refuseVirtioOptions(driver: string | undefined): void {
  const option = VIRTIO_OPTIONS.find((name) => attributeOf(driver, name) !== undefined);
  if (option === undefined) return;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    `<interface>: ${option} driver option is only supported for virtio devices`,
  );
}

function isEmpty(xml: string): boolean {
  return /^<[^\s/>]+\/>$/u.test(xml);
}
