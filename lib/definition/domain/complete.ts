/** The defaults of a definition: libvirt's, and those the host decides. */
import { randomUUID } from 'node:crypto';
import { compact } from '../plain/compact.js';
import { DEFAULT_CLOCK } from './clock.js';
import type { CompleteDomain, DomainDefinition, HostFacts } from './definition.js';
import { completeDevices } from './devices.js';
import { completeLifecycle } from './lifecycle.js';
import { completeMemory } from './memory.js';
import { completeOs } from './os.js';

/** Fills in every default. Pure, but for the uuid of a definition that has none. */
export function completeDomain(
  definition: DomainDefinition,
  host: HostFacts,
  newUuid: () => string = randomUUID,
): CompleteDomain {
  const { type, name, title, description, metadata, resource, features, seclabel } = definition;
  return compact({
    type,
    name,
    uuid: definition.uuid ?? newUuid(),
    title,
    description,
    metadata,
    ...completeMemory(definition),
    vcpus: definition.vcpus ?? 1,
    resource,
    os: completeOs(definition.os, host.arch),
    features,
    clock: definition.clock ?? DEFAULT_CLOCK,
    ...completeLifecycle(definition),
    devices: completeDevices(definition.devices, host.emulator),
    seclabel,
  });
}
