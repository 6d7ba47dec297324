/** Which of a domain's definitions is asked for, and reading it. */
import { formatDomain, withoutTerminals, type CompleteDomain } from './definition/domain/index.js';
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

const NAME = 'virDomainGetXMLDesc';

export async function readXml(view: DomainView, options: XMLDescOptions): Promise<string> {
  if (options.secure) await view.session.changing(`${NAME} with secure flag`);
  const { definition, id } = await readDomain(view, options);
  return formatDomain(definition, id === null ? {} : { id });
}

export async function readDomain(
  view: DomainView,
  { inactive = false }: DefinitionOptions,
): Promise<ReadDefinition> {
  const { persistent } = await view.look(NAME);
  // As in libvirt, a transient domain's inactive definition is the one it runs with.
  const scope = inactive && persistent ? 'config' : undefined;
  const definition = await view.session.reading(NAME).getDefinition(view.uuid, scope);
  return inactive ? { definition: withoutTerminals(definition), id: null } : { definition, id: view.id };
}
