/** Which of a domain's definitions is asked for. */

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
