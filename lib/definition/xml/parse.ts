/** XML text to {@link XmlElement}, on xml2js. */
import { Parser } from 'xml2js';
import { quote } from '../../errors.js';
import { xmlError } from '../refusal.js';
import { findForbiddenCharacter } from './characters.js';
import type { XmlAttribute, XmlElement, XmlNode } from './element.js';
import { XML_LIMITS } from './limits.js';
import {
  declaredPrefix,
  innerScope,
  OUTERMOST_SCOPE,
  resolvePrefix,
  XMLNS_NAMESPACE,
  type Scope,
} from './namespaces.js';
import { scanXml } from './scan.js';

// Keys that no XML name can equal, so that documents can't reach them (xml2js keeps names as object keys).
const TEXT = '#text';
const ATTRIBUTES = '#attributes';
const CHILDREN = '#children';
const NAME = '#name';
const TEXT_NODE = '__text__';

/**
 * Parses one document. Comments and processing instructions are dropped, CDATA becomes text.
 * @throws VirtError XML_ERROR, with the line, for everything that is not plain well-formed XML within the limits.
 */
export function parseXml(text: string): XmlElement {
  const document = normalise(text);
  const { root, lines } = scanXml(document);
  return new Copy(lines).element(parseOrdered(root), OUTERMOST_SCOPE);
}

function normalise(text: string): string {
  // A UTF-16 unit is at least one byte: lengths first, so that nothing else touches a huge text.
  if (text.length > XML_LIMITS.documentBytes || Buffer.byteLength(text) > XML_LIMITS.documentBytes) {
    throw xmlError(`document is larger than ${XML_LIMITS.documentBytes} bytes`);
  }
  const lines = text.replace(/^\ufeff/u, '').replace(/\r\n?/gu, '\n');
  const forbidden = findForbiddenCharacter(lines);
  if (forbidden) throw xmlError(`${forbidden.name} is not allowed`, lineAt(lines, forbidden.index));
  if (!/\S/u.test(lines)) throw xmlError('document is empty', 1);
  return lines;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function parseOrdered(root: string): unknown {
  const parser = new Parser({
    async: false,
    strict: true,
    explicitRoot: false,
    explicitArray: true,
    explicitCharkey: true,
    explicitChildren: true,
    preserveChildrenOrder: true,
    charsAsChildren: true,
    includeWhiteChars: true,
    charkey: TEXT,
    attrkey: ATTRIBUTES,
    childkey: CHILDREN,
    // Marked names never meet Object.prototype's (`constructor`), and a text node is never taken for an element.
    tagNameProcessors: [(name) => `<${name}`],
    attrNameProcessors: [(name) => `@${name}`],
  });
  let failure: unknown;
  let result: unknown;
  parser.parseString(root, (error: unknown, value: unknown) => {
    failure ??= error;
    result ??= value;
  });
  if (failure instanceof Error) throw xmlError(`malformed document: ${failure.message.split('\n')[0] ?? ''}`);
  return result;
}

/** Copies xml2js' objects at once: nothing of them is kept. Start tags come in document order, as their lines do. */
class Copy {
  readonly #lines: readonly number[];
  #next = 0;

  constructor(lines: readonly number[]) {
    this.#lines = lines;
  }

  element(node: unknown, outer: Scope): XmlElement {
    const line = this.#lines[this.#next] ?? 0;
    this.#next += 1;
    const raw = rawAttributes(property(node, ATTRIBUTES));
    const scope = innerScope(outer, raw, line);
    const attributes = raw.map((attribute) => resolveAttribute(attribute, scope, line));
    refuseDuplicates(attributes, line);
    const { prefix, name } = splitName(textOf(property(node, NAME)).slice(1));
    const namespace = resolvePrefix(scope, prefix, line);
    const children = this.#children(property(node, CHILDREN), scope, line);
    return Object.freeze({ name, prefix, namespace, attributes: Object.freeze(attributes), children, line });
  }

  #children(nodes: unknown, scope: Scope, line: number): readonly XmlNode[] {
    const children: XmlNode[] = [];
    for (const node of Array.isArray(nodes) ? (nodes as readonly unknown[]) : []) {
      if (property(node, NAME) !== TEXT_NODE) {
        children.push(this.element(node, scope));
        continue;
      }
      const previous = children.at(-1);
      const run = textOf(property(node, TEXT));
      if (typeof previous === 'string') children[children.length - 1] = previous + run;
      else children.push(run);
    }
    if (children.some((child) => typeof child === 'string' && child.length > XML_LIMITS.valueLength)) {
      throw xmlError(`text is longer than ${XML_LIMITS.valueLength} characters`, line);
    }
    return Object.freeze(children);
  }
}

type RawAttribute = Pick<XmlAttribute, 'prefix' | 'name' | 'value'>;

function rawAttributes(attributes: unknown): RawAttribute[] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  return Object.entries(attributes).map(([key, value]) => ({
    ...splitName(key.slice(1)),
    value: textOf(value),
  }));
}

function resolveAttribute(attribute: RawAttribute, scope: Scope, line: number): XmlAttribute {
  const isDeclaration = declaredPrefix(attribute) !== undefined;
  // An attribute without prefix is in no namespace, whatever the default one is.
  const inherited = attribute.prefix === '' ? '' : undefined;
  const namespace = isDeclaration
    ? XMLNS_NAMESPACE
    : (inherited ?? resolvePrefix(scope, attribute.prefix, line));
  return Object.freeze({ name: attribute.name, prefix: attribute.prefix, namespace, value: attribute.value });
}

/** Two prefixes may stand for one namespace: the same attribute twice under different names. */
function refuseDuplicates(attributes: readonly XmlAttribute[], line: number): void {
  const seen = new Set<string>();
  for (const { namespace, name } of attributes) {
    const key = `${namespace} ${name}`;
    if (seen.has(key)) throw xmlError(`duplicate attribute ${quote(name)}`, line);
    seen.add(key);
  }
}

function splitName(name: string): { prefix: string; name: string } {
  const colon = name.indexOf(':');
  return colon < 0 ? { prefix: '', name } : { prefix: name.slice(0, colon), name: name.slice(colon + 1) };
}

function property(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null
    ? Object.getOwnPropertyDescriptor(node, key)?.value
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
