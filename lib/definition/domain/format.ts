/** Definition to domain XML, in libvirt's order of elements. */
import { element, printXml } from '../xml/index.js';
import { formatClock } from './clock.js';
import type { CompleteDomain } from './definition.js';
import { formatDevices } from './devices.js';
import { formatFeatures } from './features.js';
import { formatGeneral } from './general.js';
import { formatLifecycle } from './lifecycle.js';
import { formatMemory } from './memory.js';
import { formatMetadata } from './metadata.js';
import { formatOs } from './os.js';
import { formatResource } from './resource.js';
import { formatSeclabel } from './seclabel.js';
import { formatVcpus } from './vcpu.js';

export interface FormatOptions {
  /** Process id of the controller of a running domain. */
  readonly id?: number;
}

/** Prints a definition as `virDomainGetXMLDesc` does, with a newline at its end. */
export function formatDomain(definition: CompleteDomain, options: FormatOptions = {}): string {
  return printXml(
    element('domain', { type: definition.type, id: options.id }, [
      ...formatGeneral(definition),
      formatMetadata(definition.metadata),
      ...formatMemory(definition),
      formatVcpus(definition.vcpus),
      formatResource(definition.resource),
      formatOs(definition.os),
      formatFeatures(definition.features),
      formatClock(definition.clock),
      ...formatLifecycle(definition),
      formatDevices(definition.devices),
      formatSeclabel(definition.seclabel),
    ]),
  );
}
