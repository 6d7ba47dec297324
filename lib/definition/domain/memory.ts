/** @see https://libvirt.org/formatdomain.html#memory-allocation */
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, type ElementReader, type OutputElement } from '../xml/index.js';
import type { CompleteDomain, DomainDefinition } from './definition.js';

type Memory = Pick<DomainDefinition, 'memoryKiB' | 'currentMemoryKiB'>;
type CompleteMemory = Pick<CompleteDomain, 'memoryKiB' | 'currentMemoryKiB'>;

export function parseMemory(domain: ElementReader): Draft<Memory> {
  return { memoryKiB: domain.size('memory'), currentMemoryKiB: domain.size('currentMemory') };
}

export function checkMemory(fields: Fields): Memory {
  const memoryKiB = fields.unsignedInteger('memoryKiB') ?? 0;
  if (memoryKiB === 0) {
    throw refusal('XML_ERROR', 'Memory size must be specified via <memory> or in the <numa> configuration');
  }
  return compact({ memoryKiB, currentMemoryKiB: fields.unsignedInteger('currentMemoryKiB') });
}

/** As in libvirt, a current size of 0 or above the limit means the limit. */
export function completeMemory({ memoryKiB, currentMemoryKiB = 0 }: Memory): CompleteMemory {
  const isUsable = currentMemoryKiB > 0 && currentMemoryKiB <= memoryKiB;
  return { memoryKiB, currentMemoryKiB: isUsable ? currentMemoryKiB : memoryKiB };
}

export function formatMemory(memory: CompleteMemory): OutputElement[] {
  return [
    element('memory', { unit: 'KiB' }, String(memory.memoryKiB)),
    element('currentMemory', { unit: 'KiB' }, String(memory.currentMemoryKiB)),
  ];
}
