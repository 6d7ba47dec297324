/** Domain XML to definition. */
import { quote } from '../../errors.js';
import type { Draft } from '../plain/compact.js';
import { refusal } from '../refusal.js';
import { ElementReader, parseXml, qualifiedName, ReadRecord } from '../xml/index.js';
import { checkDomainDefinition } from './check.js';
import { parseBlkiotune } from './blkiotune.js';
import { parseCputune } from './cputune.js';
import { parseExtensions } from './extensions.js';
import { parseIdmap } from './idmap.js';
import { KEPT_ELEMENTS, parseKept } from './kept.js';
import { parseLxcNamespace } from './lxc-namespace.js';
import { parseMemoryBacking } from './memory-backing.js';
import { parseMemtune } from './memtune.js';
import { parseNumatune } from './numatune.js';
import { parseClock } from './clock.js';
import type { DomainDefinition } from './definition.js';
import { parseDevices } from './devices.js';
import { parseFeatures } from './features.js';
import { parseGeneral } from './general.js';
import { parseLifecycle } from './lifecycle.js';
import { parseMemory } from './memory.js';
import { parseMetadata } from './metadata.js';
import { parseOs } from './os.js';
import { parseResource } from './resource.js';
import { parseSeclabels } from './seclabel.js';
import { refuseUnknown } from './strict.js';
import { parseVcpu } from './vcpu.js';

export interface ParseOptions {
  /** Refuse elements and attributes that libvirt's schema does not have, instead of ignoring them. */
  readonly validate?: boolean;
}

/**
 * Parses domain XML. What libvirt ignores is ignored, or kept where libvirt prints it again.
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
    extensions: parseExtensions(domain),
    ...parseMemory(domain),
    blkiotune: parseBlkiotune(domain),
    memtune: parseMemtune(domain),
    memoryBacking: parseMemoryBacking(domain),
    ...parseVcpu(domain),
    cputune: parseCputune(domain),
    numatune: parseNumatune(domain),
    resource: parseResource(domain),
    os: parseOs(domain),
    idmap: parseIdmap(domain),
    features: parseFeatures(domain),
    clock: parseClock(domain),
    ...parseLifecycle(domain),
    devices: parseDevices(domain),
    seclabels: parseSeclabels(domain),
    lxcNamespace: parseLxcNamespace(domain),
    kept: parseKept(domain, KEPT_ELEMENTS),
  };
}
