/** Domain capabilities as libvirt's XML. What its schema has no element for is in the typed form only. */
import { element, printXml, textElement, type OutputElement } from '../xml/index.js';
import type { DomainCapabilities, SupportedTypes } from './domain-capabilities.js';

/** Ways to give a guest a CPU model, of which containers have none: they see the host's. */
const CPU_MODES = ['host-passthrough', 'maximum', 'host-model', 'custom'] as const;
/** Features of virtual machines, in libvirt's order. */
const FEATURES = ['gic', 'vmcoreinfo', 'genid', 'backingStoreInput', 'backup', 'sev'] as const;

/** The document of `virConnectGetDomainCapabilities`. */
export function formatDomainCapabilities(capabilities: DomainCapabilities): string {
  const { path, domain, arch, maxVcpus, os } = capabilities;
  return printXml(
    element('domainCapabilities', {}, [
      textElement('path', path),
      textElement('domain', domain),
      textElement('arch', arch),
      element('vcpu', { max: maxVcpus }),
      unsupported('iothreads'),
      formatSupported('os', os),
      element(
        'cpu',
        {},
        CPU_MODES.map((name) => element('mode', { name, supported: 'no' })),
      ),
      unsupported('memoryBacking'),
      formatDevices(capabilities.devices),
      element('features', {}, FEATURES.map(unsupported)),
    ]),
  );
}

function formatDevices({ disk, hostdev, filesystem }: DomainCapabilities['devices']): OutputElement {
  return element('devices', {}, [
    formatSupported('disk', disk),
    unsupported('graphics'),
    unsupported('video'),
    formatSupported('hostdev', hostdev),
    unsupported('rng'),
    formatSupported('filesystem', filesystem, { accessmode: filesystem.accessmodes }),
    unsupported('tpm'),
  ]);
}

function formatSupported(
  name: string,
  { supported, types }: SupportedTypes<string>,
  more: Readonly<Record<string, readonly string[]>> = {},
): OutputElement {
  const values = supported ? Object.entries({ type: types, ...more }) : [];
  return element(
    name,
    { supported: supported ? 'yes' : 'no' },
    values.map(([key, texts]) =>
      element(
        'enum',
        { name: key },
        texts.map((text) => textElement('value', text)),
      ),
    ),
  );
}

function unsupported(name: string): OutputElement {
  return element(name, { supported: 'no' });
}
