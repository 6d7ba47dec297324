/** The namespace of the package's own elements. libvirt allows one element of each namespace in `<metadata>`. */
import { element, type OutputElement } from '../../xml/index.js';

/** URI of the package's own elements, under whatever prefix. */
export const EXTENSIONS_NAMESPACE = 'urn:virtainer:domain:1';
/** The prefix they are printed with. */
const PREFIX = 'virtainer';
/** The one element in `<metadata>`, with all others inside. */
export const ROOT = 'domain';

/** As messages name an element, whatever its prefix was. */
export function tag(name: string): string {
  return `<${PREFIX}:${name}>`;
}

export function ownElement(...[name, attributes, children]: Parameters<typeof element>): OutputElement {
  return element(`${PREFIX}:${name}`, attributes, children);
}

export function rootElement(children: Parameters<typeof element>[2]): OutputElement {
  return ownElement(ROOT, { [`xmlns:${PREFIX}`]: EXTENSIONS_NAMESPACE }, children);
}
