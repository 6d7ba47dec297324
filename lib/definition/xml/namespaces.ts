/**
 * Prefix to URI. The parser's own resolution is not used: it looks prefixes up in an object with a prototype.
 * @see https://www.w3.org/TR/xml-names/
 */
import { xmlError } from '../refusal.js';
import type { XmlAttribute, XmlElement } from './element.js';

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** Prefixes in scope; the key `''` is the default namespace. */
export interface Scope {
  get(prefix: string): string | undefined;
}

export const OUTERMOST_SCOPE: Scope = new Map([['xml', XML_NAMESPACE]]);

/** The prefix an attribute declares (`''` for a default namespace); undefined for all other attributes. */
export function declaredPrefix(attribute: {
  readonly prefix: string;
  readonly name: string;
}): string | undefined {
  if (attribute.prefix === 'xmlns') return attribute.name;
  return attribute.prefix === '' && attribute.name === 'xmlns' ? '' : undefined;
}

/** The scope inside an element. A chain, not a copy: a document may declare thousands of prefixes, thousands of times. */
export function innerScope(
  outer: Scope,
  attributes: readonly Pick<XmlAttribute, 'name' | 'prefix' | 'value'>[],
  line: number,
): Scope {
  const own = new Map<string, string>();
  for (const attribute of attributes) {
    const prefix = declaredPrefix(attribute);
    if (prefix === undefined) continue;
    if (prefix === 'xml' || prefix === 'xmlns') throw xmlError(`prefix '${prefix}' cannot be declared`, line);
    if (prefix !== '' && attribute.value === '')
      throw xmlError(`namespace of prefix '${prefix}' is empty`, line);
    own.set(prefix, attribute.value);
  }
  return own.size === 0 ? outer : { get: (prefix) => own.get(prefix) ?? outer.get(prefix) };
}

export function resolvePrefix(scope: Scope, prefix: string, line: number): string {
  const uri = scope.get(prefix);
  if (uri !== undefined) return uri;
  if (prefix === '') return '';
  throw xmlError(`prefix '${prefix}' is not declared`, line);
}

/** Every prefix an element and what is inside it use without declaring it themselves. */
export function inheritedPrefixes(element: XmlElement): ReadonlySet<string> {
  const inherited = new Set<string>();
  collectInherited(element, OUTERMOST_SCOPE, inherited);
  return inherited;
}

function collectInherited(element: XmlElement, outer: Scope, inherited: Set<string>): void {
  const scope = innerScope(outer, element.attributes, element.line);
  const prefixes = element.attributes
    .map(({ prefix }) => prefix)
    .filter((prefix) => prefix !== '' && prefix !== 'xmlns');
  for (const prefix of [element.prefix, ...prefixes]) {
    if (scope.get(prefix) === undefined) inherited.add(prefix);
  }
  for (const child of element.children) {
    if (typeof child !== 'string') collectInherited(child, scope, inherited);
  }
}
