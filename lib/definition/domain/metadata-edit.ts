/**
 * Reading and changing one element of `<metadata>`. Callers never see the prefix: it is put on when the element
 * is stored and taken off when it is read.
 * @see https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainSetMetadata
 */
import { quote } from '../../errors.js';
import { compact } from '../plain/compact.js';
import { refusal } from '../refusal.js';
import {
  isElement,
  parseXml,
  printVerbatim,
  printXml,
  type XmlAttribute,
  type XmlElement,
} from '../xml/index.js';
import { isNcName } from '../xml/names.js';
import { declaredPrefix, XMLNS_NAMESPACE } from '../xml/namespaces.js';
import type { CompleteDomain } from './definition.js';
import { EXTENSIONS_NAMESPACE, formatExtensions, readExtensions } from './extensions.js';
import { parseMetadataElement } from './metadata.js';

/** The element in this namespace, without its prefix; undefined when there is none. Mirrors `virDomainGetMetadata`. */
export function getMetadataElement(definition: CompleteDomain, uri: string): string | undefined {
  for (const text of storedElements(definition, uri)) {
    const element = parseXml(text);
    if (element.namespace === uri) return printVerbatim(withoutNamespace(element, uri));
  }
  return undefined;
}

/** The package's own element is kept as extensions. */
function storedElements({ metadata = [], extensions }: CompleteDomain, uri: string): readonly string[] {
  if (uri !== EXTENSIONS_NAMESPACE) return metadata;
  const own = formatExtensions(extensions);
  return own ? [printXml(own)] : [];
}

/**
 * A definition whose element in namespace `uri` is `xml`, or is gone with `null`. `key` becomes its prefix, but
 * for the package's own element, which is checked and keeps its prefix.
 * Mirrors `virDomainSetMetadata`.
 * @throws VirtError INVALID_ARG for a bad `uri` or `key`, XML_ERROR for bad XML, CONFIG_UNSUPPORTED for an element
 * of the package that is not known.
 */
export function setMetadataElement(
  definition: CompleteDomain,
  uri: string,
  key: string,
  xml: string | null,
): CompleteDomain {
  if (uri === '') throw refusal('INVALID_ARG', 'the namespace URI of a metadata element cannot be empty');
  if (uri === EXTENSIONS_NAMESPACE) {
    const extensions = xml === null ? undefined : readExtensions(inNamespace(xml, key, uri));
    return compact({ ...definition, extensions });
  }
  const others = (definition.metadata ?? []).filter((text) => parseXml(text).namespace !== uri);
  const added = xml === null ? [] : [printVerbatim(inNamespace(xml, key, uri))];
  const metadata = [...others, ...added];
  return compact({ ...definition, metadata: metadata.length === 0 ? undefined : Object.freeze(metadata) });
}

function inNamespace(xml: string, key: string, uri: string): XmlElement {
  if (!isNcName(key) || /^xml/iu.test(key)) {
    throw refusal('INVALID_ARG', `${quote(key)} cannot be the prefix of a metadata element`);
  }
  const element = withoutNamespace(parseMetadataElement(xml, 'metadata element'), uri);
  if (element.namespace === uri) return element;
  if (element.namespace !== '') {
    throw refusal(
      'INVALID_ARG',
      `the metadata element is in namespace ${quote(element.namespace)}, not ${quote(uri)}`,
    );
  }
  if (someDeclaration(element, (prefix) => prefix === key)) {
    throw refusal('INVALID_ARG', `prefix ${quote(key)} is declared inside the metadata element`);
  }
  const prefixed = withPrefix(element, key, uri);
  const declaration: XmlAttribute = { prefix: 'xmlns', name: key, namespace: XMLNS_NAMESPACE, value: uri };
  return { ...prefixed, attributes: [...prefixed.attributes, declaration] };
}

function withPrefix(element: XmlElement, prefix: string, uri: string): XmlElement {
  const children = element.children.map((child) =>
    isElement(child) ? withPrefix(child, prefix, uri) : child,
  );
  return element.namespace === ''
    ? { ...element, prefix, namespace: uri, children }
    : { ...element, children };
}

/** Unless elements without prefix mean something else inside: then nothing is taken off. */
function withoutNamespace(element: XmlElement, uri: string): XmlElement {
  const hasOtherDefault = someDeclaration(element, (prefix, value) => prefix === '' && value !== uri);
  return hasOtherDefault ? element : strip(element, uri);
}

/** Elements of the namespace lose their prefix; a declaration goes unless attributes still need it. */
function strip(element: XmlElement, uri: string): XmlElement {
  const needed = prefixesOfAttributes(element);
  const attributes = element.attributes.filter((attribute) => {
    const prefix = declaredPrefix(attribute);
    return prefix === undefined || attribute.value !== uri || needed.has(prefix);
  });
  const children = element.children.map((child) => (isElement(child) ? strip(child, uri) : child));
  return element.namespace === uri
    ? { ...element, prefix: '', namespace: '', attributes, children }
    : { ...element, attributes, children };
}

function someDeclaration(element: XmlElement, matches: (prefix: string, uri: string) => boolean): boolean {
  return (
    element.attributes.some((attribute) => {
      const prefix = declaredPrefix(attribute);
      return prefix !== undefined && matches(prefix, attribute.value);
    }) || element.children.some((child) => isElement(child) && someDeclaration(child, matches))
  );
}

/** A default namespace does not concern attributes: those without prefix need no declaration. */
function prefixesOfAttributes(element: XmlElement): Set<string> {
  const used = new Set(
    element.attributes.map((attribute) => attribute.prefix).filter((prefix) => prefix !== ''),
  );
  for (const child of element.children) {
    if (isElement(child)) for (const prefix of prefixesOfAttributes(child)) used.add(prefix);
  }
  return used;
}
