/** @see https://libvirt.org/formatdomain.html#general-metadata */
import { VirtError } from '../../errors.js';
import { compact, type Draft } from '../plain/compact.js';
import type { Fields } from '../plain/fields.js';
import { refusal, xmlError } from '../refusal.js';
import {
  group,
  isElement,
  parseXml,
  printVerbatim,
  XML_LIMITS,
  type ElementReader,
  type OutputElement,
  type XmlElement,
} from '../xml/index.js';
import { innerScope, OUTERMOST_SCOPE } from '../xml/namespaces.js';
import type { DomainDefinition } from './definition.js';
import { checkExtensions, EXTENSIONS_NAMESPACE, formatExtensions, readExtensions } from './extensions.js';

type Metadata = NonNullable<DomainDefinition['metadata']>;
type MetadataParts = Pick<DomainDefinition, 'metadata' | 'extensions'>;

/** `<domain>` and `<metadata>` are around each element. */
const MAX_DEPTH = XML_LIMITS.depth - 2;

/**
 * As libvirt does, drops children without namespace, and all but the first of each namespace. The package's own
 * element is no metadata: `parseExtensions` reads it.
 */
export function parseMetadata(domain: ElementReader): Draft<Metadata> | undefined {
  const metadata = domain.child('metadata')?.element;
  if (!metadata) return undefined;
  let scope = OUTERMOST_SCOPE;
  for (const outer of [domain.element, metadata]) scope = innerScope(scope, outer.attributes, outer.line);
  const seen = new Set(['', EXTENSIONS_NAMESPACE]);
  const kept: string[] = [];
  for (const child of metadata.children) {
    if (!isElement(child) || seen.has(child.namespace)) continue;
    seen.add(child.namespace);
    kept.push(printVerbatim(child, scope));
  }
  return kept;
}

/** A typed definition may have the package's own element as a string among the others: it is read as extensions. */
export function checkMetadata(fields: Fields): MetadataParts {
  const { own, metadata } = checkDocuments(fields);
  const extensions = fields.fields('extensions');
  if (own === undefined) return compact({ metadata, extensions: extensions && checkExtensions(extensions) });
  if (extensions) {
    throw refusal(
      'XML_ERROR',
      `<metadata> has an element in namespace '${EXTENSIONS_NAMESPACE}' beside extensions`,
    );
  }
  return compact({ metadata, extensions: readExtensions(parseXml(own)) });
}

function checkDocuments(fields: Fields): { own: string | undefined; metadata: Metadata | undefined } {
  const byNamespace = new Map<string, string>();
  fields.documents('metadata', (text, path) => {
    const element = parseMetadataElement(text, path);
    const { name, namespace } = element;
    if (namespace === '') {
      throw refusal('XML_ERROR', `<metadata>: <${name}> must be in a namespace of its own`);
    }
    if (byNamespace.has(namespace)) {
      throw refusal('XML_ERROR', `<metadata>: more than one element in namespace '${namespace}'`);
    }
    const printed = printVerbatim(element);
    byNamespace.set(namespace, printed);
    return printed;
  });
  const own = byNamespace.get(EXTENSIONS_NAMESPACE);
  byNamespace.delete(EXTENSIONS_NAMESPACE);
  return { own, metadata: byNamespace.size === 0 ? undefined : Object.freeze([...byNamespace.values()]) };
}

export function formatMetadata({ metadata = [], extensions }: MetadataParts): OutputElement | undefined {
  return group('metadata', [...metadata.map((verbatim) => ({ verbatim })), formatExtensions(extensions)]);
}

/** @throws VirtError XML_ERROR that says which piece of metadata is meant. */
export function parseMetadataElement(text: string, what: string): XmlElement {
  let element: XmlElement;
  try {
    element = parseXml(text);
  } catch (cause) {
    if (cause instanceof VirtError) throw xmlError(`${what}: ${cause.message}`);
    throw cause;
  }
  if (depthOf(element) > MAX_DEPTH) throw xmlError(`${what}: elements nested deeper than ${MAX_DEPTH}`);
  return element;
}

function depthOf(element: XmlElement): number {
  return 1 + Math.max(0, ...element.children.filter(isElement).map(depthOf));
}
