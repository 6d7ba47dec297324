/** The rules of a definition, for both forms: XML is parsed into a draft, and the draft is checked here too. */
import { quote } from '../../errors.js';
import { compact } from '../plain/compact.js';
import { copyPlainData } from '../plain/copy.js';
import { Fields, readAll } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { checkBlkiotune } from './blkiotune.js';
import { checkCputune } from './cputune.js';
import { checkIdmap } from './idmap.js';
import { checkKept, KEPT_ELEMENTS } from './kept.js';
import { checkLxcNamespace } from './lxc-namespace.js';
import { checkMemoryBacking } from './memory-backing.js';
import { checkMemtune } from './memtune.js';
import { checkNumatune } from './numatune.js';
import { checkClock } from './clock.js';
import type { DomainDefinition } from './definition.js';
import { checkDevices } from './devices.js';
import { checkFeatures } from './features.js';
import { checkGeneral } from './general.js';
import { checkLifecycle } from './lifecycle.js';
import { checkMemory } from './memory.js';
import { checkMetadata } from './metadata.js';
import { checkOs } from './os.js';
import { checkResource } from './resource.js';
import { checkSeclabels } from './seclabel.js';
import { checkVcpu } from './vcpu.js';

export const DOMAIN_TYPES = ['lxc'] as const;

/**
 * Checks a value of unknown origin and copies it into a frozen definition. The value is never used again,
 * so that changing it later changes nothing.
 * @throws VirtError INVALID_ARG when it does not have a definition's shape; libvirt's codes when it breaks a rule.
 */
export function checkDomainDefinition(value: unknown): DomainDefinition {
  return readAll(new Fields(copyPlainData(value, 'domain'), 'domain'), checkFamilies);
}

function checkFamilies(fields: Fields): DomainDefinition {
  const type = checkType(fields.string('type') ?? '');
  const definition: DomainDefinition = compact({
    type,
    ...checkGeneral(fields),
    ...checkMetadata(fields),
    ...checkMemory(fields),
    blkiotune: checkBlkiotune(fields),
    memtune: checkMemtune(fields),
    memoryBacking: checkMemoryBacking(fields),
    ...checkVcpu(fields),
    cputune: checkCputune(fields),
    numatune: checkNumatune(fields),
    resource: checkResource(fields),
    os: checkOs(fields),
    idmap: checkIdmap(fields),
    features: checkFeatures(fields),
    clock: checkClock(fields),
    ...checkLifecycle(fields),
    devices: checkDevices(fields),
    seclabels: checkSeclabels(fields),
    lxcNamespace: checkLxcNamespace(fields),
    kept: checkKept(fields, KEPT_ELEMENTS),
  });
  refuseMapOfNoNamespace(definition);
  return definition;
}

function refuseMapOfNoNamespace({ idmap, extensions }: DomainDefinition): void {
  if (!idmap || extensions?.userNamespace?.mode !== 'none') return;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    "<idmap> needs a user namespace, and <virtainer:userNamespace> has mode='none'",
    'remove one of the two',
  );
}

function checkType(type: string): 'lxc' {
  const found = DOMAIN_TYPES.find((item) => item === type);
  if (found !== undefined) return found;
  if (type === '') throw refusal('INTERNAL_ERROR', 'missing domain type attribute');
  throw refusal('CONFIG_UNSUPPORTED', `unknown domain type ${quote(type)}: must be lxc`);
}
