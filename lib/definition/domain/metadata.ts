/** @see https://libvirt.org/formatdomain.html#general-metadata */
import { VirtError } from '../../errors.js';
import type { Draft } from '../plain/compact.js';
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
import { formatExtensions } from './extensions.js';

type Metadata = NonNullable<DomainDefinition['metadata']>;
type MetadataParts = Pick<DomainDefinition, 'metadata' | 'extensions'>;

/** `<domain>` and `<metadata>` are around each element. */
const MAX_DEPTH = XML_LIMITS.depth - 2;

/** As libvirt does, drops children without namespace, and all but the first of each namespace. */
export function parseMetadata(domain: ElementReader): Draft<Metadata> | undefined {
  const metadata = domain.child('metadata')?.element;
  if (!metadata) return undefined;
  let scope = OUTERMOST_SCOPE;
  for (const outer of [domain.element, metadata]) scope = innerScope(scope, outer.attributes, outer.line);
  const seen = new Set(['']);
  const kept: string[] = [];
  for (const child of metadata.children) {
    if (!isElement(child) || seen.has(child.namespace)) continue;
    seen.add(child.namespace);
    kept.push(printVerbatim(child, scope));
  }
  return kept;
}

export function checkMetadata(fields: Fields): Metadata | undefined {
  const namespaces = new Set<string>();
  return fields.documents('metadata', (text, path) => {
    const element = parseMetadataElement(text, path);
    if (element.namespace === '') {
      throw refusal('XML_ERROR', `<metadata>: <${element.name}> must be in a namespace of its own`);
    }
    if (namespaces.has(element.namespace)) {
      throw refusal('XML_ERROR', `<metadata>: more than one element in namespace '${element.namespace}'`);
    }
    namespaces.add(element.namespace);
    return printVerbatim(element);
  });
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
