/** Strict validation: what no reader asked for, and libvirt's schema does not know either, is refused. */
import { atLine, refusal } from '../refusal.js';
import { isElement, qualifiedName, type ReadRecord, type XmlElement } from '../xml/index.js';
import { declaredPrefix } from '../xml/namespaces.js';
import { IGNORED_ATTRIBUTES, IGNORED_ELEMENTS } from './ignored.js';

/** @throws VirtError XML_INVALID_SCHEMA naming the first element or attribute that is not known. */
export function refuseUnknown(element: XmlElement, read: ReadRecord, path = ''): void {
  for (const attribute of element.attributes) {
    if (declaredPrefix(attribute) !== undefined) continue;
    const isRead = attribute.prefix === '' && read.attributes.get(element)?.has(attribute.name) === true;
    if (isRead || IGNORED_ATTRIBUTES.has(`${path}@${qualifiedName(attribute)}`)) continue;
    throw invalid(`attribute '${qualifiedName(attribute)}' of <${qualifiedName(element)}>`, element);
  }
  for (const child of element.children.filter(isElement)) {
    const childPath = path === '' ? qualifiedName(child) : `${path}/${qualifiedName(child)}`;
    if (read.whole.has(child) || (child.namespace === '' && IGNORED_ELEMENTS.has(childPath))) {
      // Anything else that is not looked into is libvirt's own.
      if (childPath !== 'metadata') refuseForeign(child);
      continue;
    }
    if (!read.elements.has(child)) {
      throw invalid(`element <${qualifiedName(child)}> in <${qualifiedName(element)}>`, child);
    }
    refuseUnknown(child, read, childPath);
  }
}

function refuseForeign(element: XmlElement): void {
  for (const attribute of element.attributes) {
    if (attribute.namespace === '' || declaredPrefix(attribute) !== undefined) continue;
    throw invalid(`attribute '${qualifiedName(attribute)}' of <${qualifiedName(element)}>`, element);
  }
  for (const child of element.children.filter(isElement)) {
    if (child.namespace !== '') {
      throw invalid(`element <${qualifiedName(child)}> in <${qualifiedName(element)}>`, child);
    }
    refuseForeign(child);
  }
}

function invalid(what: string, element: XmlElement): Error {
  return refusal(
    'XML_INVALID_SCHEMA',
    `XML document failed to validate against schema: unexpected ${what}${atLine(element.line)}`,
  );
}
