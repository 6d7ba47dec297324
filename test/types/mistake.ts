import type { DomainDefinition } from 'virtainer';
import { EXTENSIONS_NAMESPACE } from '../../lib/definition/domain/index.js';
import { domainXml, MINIMAL } from '../unit/definition/documents.js';

/**
 * The same mistake in both forms. The typed one stands below a comment that expects the compiler to refuse it, so
 * that the type check fails when it no longer does; what a program without type checker meets is in the patterns.
 */
export interface Mistake {
  readonly mistake: string;
  readonly typed: DomainDefinition;
  /** Code and message. */
  readonly typedFailure: RegExp;
  /** Read with strict validation. */
  readonly xml: string;
  readonly xmlFailure: RegExp;
}

/** A minimal definition with one property more, which the compiler checks. */
export function having(part: Partial<DomainDefinition>): DomainDefinition {
  return { ...MINIMAL, ...part };
}

export function xmlWith(rest: string): string {
  return domainXml({ rest });
}

/** Elements of the package's own, written without prefix. */
export function ownXml(inside: string): string {
  return xmlWith(`<metadata><domain xmlns='${EXTENSIONS_NAMESPACE}'>${inside}</domain></metadata>`);
}
