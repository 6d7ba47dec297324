/** @see https://libvirt.org/formatdomain.html#cpu-allocation */
import { quote } from '../../errors.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import type { Draft } from '../plain/compact.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';

/** libvirt's limit. */
const MAX_VCPUS = 16384;
export const VCPU_PLACEMENTS = ['static', 'auto'] as const;
export type VcpuPlacement = (typeof VCPU_PLACEMENTS)[number];

type Vcpu = Pick<DomainDefinition, 'vcpus' | 'cpuset' | 'vcpuPlacement'>;
type CompleteVcpu = Pick<CompleteDomain, 'vcpus' | 'cpuset' | 'vcpuPlacement'>;

export function parseVcpu(domain: ElementReader): Draft<Vcpu> {
  const vcpu = domain.child('vcpu');
  vcpu?.attribute('placement').oneOf(VCPU_PLACEMENTS);
  return { vcpus: vcpu?.content().unsignedInteger() };
}

export function checkVcpu(fields: Fields): Vcpu {
  const vcpus = fields.unsignedInteger('vcpus');
  if (vcpus === undefined) return {};
  if (vcpus < 1 || vcpus > MAX_VCPUS) {
    throw refusal('XML_ERROR', `<vcpu> ${quote(String(vcpus))} must be between 1 and ${MAX_VCPUS}`);
  }
  return { vcpus };
}

/** One CPU when absent. */
export function completeVcpu(vcpu: Vcpu): CompleteVcpu {
  return { ...vcpu, vcpus: vcpu.vcpus ?? 1 };
}

export function formatVcpu({ vcpus }: CompleteVcpu): OutputElement {
  return element('vcpu', { placement: 'static' }, String(vcpus));
}
