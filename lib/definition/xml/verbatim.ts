/** Elements back to text as their author wrote them: order, prefixes and white space kept. */
import { escapeVerbatimAttribute, escapeVerbatimText } from './characters.js';
import { isElement, qualifiedName, type XmlAttribute, type XmlElement } from './element.js';
import { inheritedPrefixes, XMLNS_NAMESPACE, type Scope } from './namespaces.js';

/** Prints one element; prefixes it inherits are declared on it, so that it can stand alone. */
export function printVerbatim(element: XmlElement, outer: Scope = new Map()): string {
  const inherited: XmlAttribute[] = [];
  for (const prefix of inheritedPrefixes(element)) {
    const value = outer.get(prefix);
    if (value === undefined || value === '') continue;
    const name = prefix === '' ? { prefix: '', name: 'xmlns' } : { prefix: 'xmlns', name: prefix };
    inherited.push({ ...name, namespace: XMLNS_NAMESPACE, value });
  }
  return print({ ...element, attributes: [...element.attributes, ...inherited] });
}

function print(element: XmlElement): string {
  const name = qualifiedName(element);
  const attributes = element.attributes
    .map((attribute) => ` ${qualifiedName(attribute)}='${escapeVerbatimAttribute(attribute.value)}'`)
    .join('');
  if (element.children.length === 0) return `<${name}${attributes}/>`;
  const children = element.children.map((child) =>
    isElement(child) ? print(child) : escapeVerbatimText(child),
  );
  return `<${name}${attributes}>${children.join('')}</${name}>`;
}
