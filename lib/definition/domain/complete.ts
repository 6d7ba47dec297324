/** The defaults of a definition: libvirt's, and those the host decides. */
import { compact } from '../plain/compact.js';
import { completeClock } from './clock.js';
import type { CompleteDomain, DomainDefinition, HostFacts } from './definition.js';
import { completeDevices } from './devices.js';
import { completeGenid } from './general.js';
import { RANDOM, type Generate } from './generate.js';
import { completeLifecycle } from './lifecycle.js';
import { completeMemory } from './memory.js';
import { completeNumatune } from './numatune.js';
import { completeOs } from './os.js';
import { completeVcpu } from './vcpu.js';

/** Fills in every default. Pure, but for the identities of a definition that has none. */
export function completeDomain(
  definition: DomainDefinition,
  host: HostFacts,
  generate: Generate = RANDOM,
): CompleteDomain {
  return compact({
    ...definition,
    uuid: definition.uuid ?? generate.uuid(),
    ...completeMemory(definition),
    ...completeVcpu(definition),
    genid: completeGenid(definition.genid, generate),
    numatune: completeNumatune(definition.numatune, definition.vcpuPlacement),
    os: completeOs(definition.os, host.arch),
    clock: completeClock(definition.clock),
    ...completeLifecycle(definition),
    devices: completeDevices(definition.devices, host.emulator, generate),
  });
}
