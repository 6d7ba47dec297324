/** A definition as users give it: domain XML, or the same as an object. */
import {
  checkDomainDefinition,
  completeDomain,
  parseDomain,
  validateDomain,
  type CompleteDomain,
  type DomainDefinition,
  type HostFacts,
} from './definition/domain/index.js';

/** How XML given to {@link Connection.defineDomain} or {@link Connection.createDomain} is read. */
export interface DefineOptions {
  /** Refuse elements and attributes that are not known, with XML_INVALID_SCHEMA. Default: false, they are ignored. */
  readonly validate?: boolean;
}

/** Reads, completes and checks it: what drivers store and start. */
export function readDefinition(
  source: string | DomainDefinition,
  options: DefineOptions,
  host: HostFacts,
): CompleteDomain {
  const definition =
    typeof source === 'string'
      ? parseDomain(source, { validate: options.validate ?? false })
      : checkDomainDefinition(source);
  const complete = completeDomain(definition, host);
  validateDomain(complete, host);
  return complete;
}
