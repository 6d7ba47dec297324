/** Which of a domain's definitions is asked for, and reading it. */
import { withoutTerminals, type CompleteDomain } from './definition/domain/index.js';
import type { DomainView } from './domain-view.js';

/** Which definition {@link Domain.getDefinition} gives. */
export interface DefinitionOptions {
  /** The one for the next start, also while the domain is active. Default: false. */
  readonly inactive?: boolean;
}

/** What {@link Domain.getXMLDesc} prints. Mirrors `virDomainXMLFlags`. */
export interface XMLDescOptions extends DefinitionOptions {
  /** With secrets; containers have none. Refused on a read-only connection. Default: false. */
  readonly secure?: boolean;
}

/** With the number to print with it: only what runs has one. */
export interface ReadDefinition {
  readonly definition: CompleteDomain;
  readonly id: number | null;
}

/** Reads it on behalf of the function of this name. */
export async function readDomainDefinition(
  view: DomainView,
  name: string,
  { inactive = false }: DefinitionOptions,
): Promise<ReadDefinition> {
  const { persistent } = await view.look(name);
  // As in libvirt, a transient domain's inactive definition is the one it runs with.
  const scope = inactive && persistent ? 'config' : undefined;
  const definition = await view.session.reading(name).getDefinition(view.uuid, scope);
  return inactive ? { definition: withoutTerminals(definition), id: null } : { definition, id: view.id };
}
