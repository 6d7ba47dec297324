/** What only a running domain has. */
import type { CompleteDomain } from './definition.js';

/** Terminals belong to a run: the definition for the next start has none. */
export function withoutTerminals(definition: CompleteDomain): CompleteDomain {
  const { devices } = definition;
  const consoles = devices.consoles.map(({ type, port }) => ({ type, port }));
  return { ...definition, devices: { ...devices, consoles } };
}
