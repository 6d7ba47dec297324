/** @see https://libvirt.org/formatdomain.html#hypervisor-features */
import { quote } from '../../errors.js';
import { compactOrNothing, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { group, type ElementReader, type OutputElement } from '../xml/index.js';
import {
  checkCapabilities,
  formatCapabilities,
  parseCapabilities,
  type CapabilitiesFeature,
} from './capabilities.js';
import { checkSwitches, formatSwitch, parseSwitches, type FeatureSwitch } from './feature-switches.js';
import { checkKept, formatKept, KEPT_FEATURES, parseKept, type Kept } from './kept.js';

/** In the order in which libvirt prints them. */
const ORDER: readonly string[] = [
  'acpi',
  'apic',
  'pae',
  'hap',
  'viridian',
  'privnet',
  'hyperv',
  'kvm',
  'pvspinlock',
  'capabilities',
  'pmu',
  'vmport',
  'gic',
  'smm',
  'ioapic',
  'hpt',
  'vmcoreinfo',
  'htm',
  'nested-hv',
  'msrs',
  'ccf-assist',
  'xen',
  'cfpc',
  'sbbc',
  'ibs',
  'tcg',
  'async-teardown',
  'ras',
  'ps2',
  'aia',
];

/**
 * Features; those of machines are printed, without effect.
 * @see https://libvirt.org/formatdomain.html#hypervisor-features
 */
export interface Features extends Readonly<Partial<Record<Exclude<FeatureSwitch, 'privnet'>, boolean>>> {
  /** A private network even without interfaces. Containers of this driver always have one. */
  readonly privnet?: boolean;
  readonly capabilities?: CapabilitiesFeature;
  /** Features with parts of their own (`<apic>`, `<hyperv>`, ...), one XML element each: printed, without effect. */
  readonly kept?: Kept;
}

export function parseFeatures(domain: ElementReader): Draft<Features> | undefined {
  const features = domain.child('features');
  if (!features) return undefined;
  refuseUnknown(features);
  return {
    ...parseSwitches(features),
    capabilities: parseCapabilities(features.child('capabilities')),
    kept: parseKept(features, KEPT_FEATURES),
  };
}

/** Elsewhere libvirt ignores what it does not know, but not here. */
function refuseUnknown(features: ElementReader): void {
  const unknown = features.elements().find(({ element: { name } }) => !ORDER.includes(name));
  if (unknown)
    throw refusal('CONFIG_UNSUPPORTED', `unexpected feature ${quote(unknown.element.name)} in <features>`);
}

/** What has no effect is left out, as libvirt leaves it out when it prints. */
export function checkFeatures(fields: Fields): Features | undefined {
  const features = fields.fields('features');
  return (
    features &&
    readAll(features, (own) =>
      compactOrNothing({
        ...checkSwitches(own),
        capabilities: checkCapabilities(own),
        kept: checkKept(own, KEPT_FEATURES),
      }),
    )
  );
}

export function formatFeatures(features: Features = {}): OutputElement | undefined {
  return group(
    'features',
    ORDER.flatMap((name) =>
      name === 'capabilities'
        ? [formatCapabilities(features.capabilities)]
        : [formatSwitch(features, name), ...formatKept(features.kept, name)],
    ),
  );
}
