/** Later. */
import type { DomainDefinition } from '../../domain/index.js';
import { ElementReport } from '../unmapped.js';
export function exportOci(definition: DomainDefinition): { config: string; report: ElementReport } {
  return { config: definition.name, report: new ElementReport() };
}
