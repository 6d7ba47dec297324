/** @see https://libvirt.org/formatdomain.html#cpu-allocation */
import { quote } from '../../errors.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';

/** libvirt's limit. */
const MAX_VCPUS = 16384;
const PLACEMENTS = ['static', 'auto'] as const;

export function parseVcpus(domain: ElementReader): number | undefined {
  const vcpu = domain.child('vcpu');
  vcpu?.attribute('placement').oneOf(PLACEMENTS);
  return vcpu?.content().unsignedInteger();
}

export function checkVcpus(fields: Fields): number | undefined {
  const vcpus = fields.unsignedInteger('vcpus');
  if (vcpus === undefined) return undefined;
  if (vcpus < 1 || vcpus > MAX_VCPUS) {
    throw refusal('XML_ERROR', `<vcpu> ${quote(String(vcpus))} must be between 1 and ${MAX_VCPUS}`);
  }
  return vcpus;
}

export function formatVcpus(vcpus: number): OutputElement {
  return element('vcpu', { placement: 'static' }, String(vcpus));
}
