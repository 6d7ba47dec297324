/** Definition to domain XML, in libvirt's order of elements. */
import { element, printXml } from '../xml/index.js';
import { formatBlkiotune } from './blkiotune.js';
import { formatCputune } from './cputune.js';
import { formatIdmap } from './idmap.js';
import { formatKept } from './kept.js';
import { formatLxcNamespace, LXC_NAMESPACE } from './lxc-namespace.js';
import { formatMemoryBacking } from './memory-backing.js';
import { formatMemtune } from './memtune.js';
import { formatNumatune } from './numatune.js';
import { formatClock } from './clock.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';
import { formatDevices } from './devices.js';
import { formatFeatures } from './features.js';
import { formatGeneral } from './general.js';
import { formatLifecycle } from './lifecycle.js';
import { formatMemory } from './memory.js';
import { formatMetadata } from './metadata.js';
import { formatOs } from './os.js';
import { formatResource } from './resource.js';
import { formatSeclabels } from './seclabel.js';
import { formatVcpu } from './vcpu.js';

export interface FormatOptions {
  /** Process id of the controller of a running domain. */
  readonly id?: number;
}

/** A definition that may still go to a host of any architecture. */
export type PortableDomain = Omit<CompleteDomain, 'os'> & Pick<DomainDefinition, 'os'>;

/** Prints a definition as `virDomainGetXMLDesc` does, with a newline at its end. */
export function formatDomain(definition: PortableDomain, options: FormatOptions = {}): string {
  const { kept, lxcNamespace } = definition;
  const attributes = {
    type: definition.type,
    id: options.id,
    'xmlns:lxc': lxcNamespace && LXC_NAMESPACE,
  };
  return printXml(
    element('domain', attributes, [
      ...formatGeneral(definition),
      formatMetadata(definition),
      ...formatMemory(definition),
      formatBlkiotune(definition.blkiotune),
      formatMemtune(definition.memtune),
      formatMemoryBacking(definition.memoryBacking),
      formatVcpu(definition),
      ...formatKept(kept, 'iothreads'),
      ...formatKept(kept, 'iothreadids'),
      ...formatKept(kept, 'defaultiothread'),
      ...formatKept(kept, 'throttlegroups'),
      formatCputune(definition.cputune),
      formatNumatune(definition.numatune),
      formatResource(definition.resource),
      ...formatKept(kept, 'sysinfo'),
      ...formatKept(kept, 'bootloader'),
      ...formatKept(kept, 'bootloader_args'),
      formatOs(definition.os),
      formatIdmap(definition.idmap),
      formatFeatures(definition.features),
      ...formatKept(kept, 'cpu'),
      formatClock(definition.clock),
      ...formatLifecycle(definition),
      ...formatKept(kept, 'pm'),
      ...formatKept(kept, 'perf'),
      formatDevices(definition.devices),
      ...formatSeclabels(definition.seclabels),
      ...formatKept(kept, 'keywrap'),
      ...formatKept(kept, 'launchSecurity'),
      formatLxcNamespace(lxcNamespace),
    ]),
  );
}
