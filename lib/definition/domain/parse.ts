/** Domain XML to definition. */
import { quote } from '../../errors.js';
import type { Draft } from '../plain/compact.js';
import { refusal } from '../refusal.js';
import { ElementReader, parseXml, qualifiedName, ReadRecord } from '../xml/index.js';
import { checkDomainDefinition } from './check.js';
import { parseClock } from './clock.js';
import type { DomainDefinition } from './definition.js';
import { parseDevices } from './devices.js';
import { parseFeatures } from './features.js';
import { parseGeneral } from './general.js';
import { parseLifecycle } from './lifecycle.js';
import { parseMemory } from './memory.js';
import { parseMetadata } from './metadata.js';
import { refuseNotYet } from './not-yet.js';
import { parseOs } from './os.js';
import { parseResource } from './resource.js';
import { parseSeclabel } from './seclabel.js';
import { refuseUnknown } from './strict.js';
import { parseVcpus } from './vcpu.js';

export interface ParseOptions {
  /** Refuse elements and attributes that libvirt's schema does not have, instead of ignoring them. */
  readonly validate?: boolean;
}

/**
 * Parses domain XML. What libvirt ignores is ignored; what it acts on and this version does not is refused.
 * @throws VirtError XML_ERROR and libvirt's other codes; CONFIG_UNSUPPORTED; XML_INVALID_SCHEMA with `validate`.
 */
export function parseDomain(xml: string, options: ParseOptions = {}): DomainDefinition {
  if (typeof xml !== 'string') throw refusal('INVALID_ARG', 'domain XML must be a string');
  const root = parseXml(xml);
  if (root.name !== 'domain' || root.namespace !== '') {
    throw refusal(
      'XML_ERROR',
      `unexpected root element ${quote(`<${qualifiedName(root)}>`)}, expecting <domain>`,
    );
  }
  refuseNotYet(root);
  const read = new ReadRecord();
  const draft = parseFamilies(new ElementReader(root, read));
  if (options.validate === true) refuseUnknown(root, read);
  return checkDomainDefinition(draft);
}

function parseFamilies(domain: ElementReader): Draft<DomainDefinition> {
  return {
    type: domain.attribute('type').text(),
    ...parseGeneral(domain),
    metadata: parseMetadata(domain),
    ...parseMemory(domain),
    vcpus: parseVcpus(domain),
    resource: parseResource(domain),
    os: parseOs(domain),
    features: parseFeatures(domain),
    clock: parseClock(domain),
    ...parseLifecycle(domain),
    devices: parseDevices(domain),
    seclabel: parseSeclabel(domain),
  };
}
