/** @see https://libvirt.org/formatdomain.html#cpu-allocation */
import { quote } from '../../errors.js';
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkCpuset, MAX_CPUSET } from './cpuset.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';

/** libvirt's limit. */
export const MAX_VCPUS = 16384;
export const VCPU_PLACEMENTS = ['static', 'auto'] as const;
/** Who chooses the CPUs of the host: the definition, or the host when the container starts. */
export type VcpuPlacement = (typeof VCPU_PLACEMENTS)[number];

type Vcpu = Pick<DomainDefinition, 'vcpus' | 'cpuset' | 'vcpuPlacement'>;
type CompleteVcpu = Pick<CompleteDomain, 'vcpus' | 'cpuset' | 'vcpuPlacement'>;

export function parseVcpu(domain: ElementReader): Draft<Vcpu> {
  const vcpu = domain.child('vcpu');
  refuseIndividual(domain, vcpu);
  return {
    vcpus: vcpu?.content().unsignedInteger(),
    cpuset: vcpu?.attribute('cpuset').text(),
    vcpuPlacement: vcpu?.attribute('placement').oneOf(VCPU_PLACEMENTS),
  };
}

/** libvirt's container driver has no CPUs that are switched on one by one. */
function refuseIndividual(domain: ElementReader, vcpu: ElementReader | undefined): void {
  const current = vcpu?.attribute('current').unsignedInteger();
  const isPartial = current !== undefined && current !== vcpu?.content().unsignedInteger();
  const listed = domain.child('vcpus')?.children('vcpu') ?? [];
  if (isPartial || listed.length > 0) {
    const where = isPartial ? "attribute 'current' of <vcpu>" : '<vcpus>';
    throw refusal('CONFIG_UNSUPPORTED', `individual CPU state configuration is not supported: ${where}`);
  }
}

/** As in libvirt, a set is ignored where the host chooses, and the set of all numbers is no set. */
export function checkVcpu(fields: Fields): Vcpu {
  const vcpus = fields.unsignedInteger('vcpus');
  if (vcpus !== undefined && (vcpus < 1 || vcpus > MAX_VCPUS)) {
    throw refusal('XML_ERROR', `<vcpu> ${quote(String(vcpus))} must be between 1 and ${MAX_VCPUS}`);
  }
  const vcpuPlacement = fields.oneOf('vcpuPlacement', VCPU_PLACEMENTS);
  const given = fields.string('cpuset');
  const cpuset =
    vcpuPlacement === 'auto' ? undefined : checkCpuset(given, { attribute: 'cpuset', element: 'vcpu' });
  return compact({ vcpus, cpuset: cpuset === `0-${MAX_CPUSET - 1}` ? undefined : cpuset, vcpuPlacement });
}

/** One CPU when absent. The host chooses the CPUs where it chooses the memory, unless the definition names any. */
export function completeVcpu(definition: DomainDefinition): CompleteVcpu {
  const { vcpus = 1, cpuset, vcpuPlacement = 'static', cputune, numatune } = definition;
  const isPinned =
    cpuset !== undefined ||
    cputune?.vcpupins !== undefined ||
    cputune?.emulatorpin !== undefined ||
    cputune?.iothreadpins !== undefined;
  const isAuto = numatune?.memory?.placement === 'auto' && !isPinned;
  return { ...compact({ vcpus, cpuset }), vcpuPlacement: isAuto ? 'auto' : vcpuPlacement };
}

export function formatVcpu({ vcpus, cpuset, vcpuPlacement }: CompleteVcpu): OutputElement {
  return element('vcpu', { placement: vcpuPlacement, cpuset }, String(vcpus));
}
