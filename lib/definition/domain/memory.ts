/** @see https://libvirt.org/formatdomain.html#memory-allocation */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';
import { guestNumaMemoryKiB } from './guest-numa.js';

type Memory = Pick<DomainDefinition, 'memoryKiB' | 'currentMemoryKiB' | 'memoryDumpCore'>;
type CompleteMemory = Pick<CompleteDomain, 'memoryKiB' | 'currentMemoryKiB' | 'memoryDumpCore'>;

/** As in libvirt, the memory of the cells in `<cpu>` stands for a `<memory>` that is absent or 0. */
export function parseMemory(domain: ElementReader): Draft<Memory> {
  refuseHotplug(domain.child('maxMemory'));
  const memoryKiB = domain.size('memory') ?? 0;
  return {
    memoryKiB: memoryKiB === 0 ? guestNumaMemoryKiB(domain) : memoryKiB,
    currentMemoryKiB: domain.size('currentMemory'),
    memoryDumpCore: domain.child('memory')?.attribute('dumpCore').onOff(),
  };
}

function refuseHotplug(maxMemory: ElementReader | undefined): void {
  const slots = maxMemory?.attribute('slots').unsignedInteger() ?? 0;
  const size = maxMemory?.content().sizeKiB(maxMemory.attribute('unit').text()) ?? 0;
  if (slots === 0 && size === 0) return;
  throw refusal(
    'CONFIG_UNSUPPORTED',
    'memory hotplug tunables <maxMemory> are not supported by this hypervisor driver',
  );
}

export function checkMemory(fields: Fields): Memory {
  const memoryKiB = fields.unsignedInteger('memoryKiB') ?? 0;
  if (memoryKiB === 0) {
    throw refusal('XML_ERROR', 'Memory size must be specified via <memory> or in the <numa> configuration');
  }
  return compact({
    memoryKiB,
    currentMemoryKiB: fields.unsignedInteger('currentMemoryKiB'),
    memoryDumpCore: fields.boolean('memoryDumpCore'),
  });
}

/** As in libvirt, a current size of 0 or above the limit means the limit. */
export function completeMemory({
  memoryKiB,
  currentMemoryKiB = 0,
}: Memory): Pick<CompleteDomain, 'currentMemoryKiB'> {
  const isUsable = currentMemoryKiB > 0 && currentMemoryKiB <= memoryKiB;
  return { currentMemoryKiB: isUsable ? currentMemoryKiB : memoryKiB };
}

export function formatMemory(memory: CompleteMemory): OutputElement[] {
  const { memoryDumpCore } = memory;
  const dumpCore = memoryDumpCore === undefined ? undefined : memoryDumpCore ? 'on' : 'off';
  return [
    element('memory', { dumpCore, unit: 'KiB' }, String(memory.memoryKiB)),
    element('currentMemory', { unit: 'KiB' }, String(memory.currentMemoryKiB)),
  ];
}
