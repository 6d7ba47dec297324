/**
 * Reading the package's own elements. Unlike libvirt's they are never ignored: what nobody asked for is refused,
 * because a setting that has no effect would leave a container with fewer walls than its author wrote.
 */
import { atLine, refusal } from '../../refusal.js';
import { isElement, qualifiedName, TextReader, type XmlElement } from '../../xml/index.js';
import { declaredPrefix } from '../../xml/namespaces.js';
import { EXTENSIONS_NAMESPACE, tag } from './namespace.js';

export class OwnReader {
  readonly #element: XmlElement;
  readonly #attributes = new Set<string>();
  readonly #children = new Set<XmlElement>();
  #isText = false;

  constructor(element: XmlElement) {
    this.#element = element;
  }

  attribute(name: string): TextReader {
    this.#attributes.add(name);
    const found = this.#element.attributes.find((item) => item.name === name && item.prefix === '');
    const what = `attribute '${name}' of ${tag(this.#element.name)}`;
    return new TextReader(what, found?.value, this.#element.line);
  }

  /** The element's text, as written. */
  text(): string {
    this.#isText = true;
    return this.#element.children.filter((child) => typeof child === 'string').join('');
  }

  /** The only child of this name. @throws VirtError XML_ERROR when there are more. */
  child<T>(name: string, read: (child: OwnReader) => T): T | undefined {
    const [first, second] = this.#named(name);
    if (second) throw refusal('XML_ERROR', `more than one ${tag(name)}${atLine(second.line)}`);
    return first && readOwn(first, read);
  }

  children<T>(name: string, read: (child: OwnReader) => T): readonly T[] {
    return this.#named(name).map((child) => readOwn(child, read));
  }

  /** @throws VirtError CONFIG_UNSUPPORTED for what nobody asked for, XML_ERROR for text that nobody reads. */
  end(): void {
    const { attributes, children, name, line } = this.#element;
    for (const attribute of attributes) {
      if (declaredPrefix(attribute) !== undefined) continue;
      if (attribute.prefix !== '' || !this.#attributes.has(attribute.name)) {
        throw unknown(`attribute '${qualifiedName(attribute)}' of ${tag(name)}`, line);
      }
    }
    for (const child of children) {
      if (isElement(child)) {
        if (!this.#children.has(child))
          throw unknown(`element ${written(child)} in ${tag(name)}`, child.line);
      } else if (!this.#isText && /\S/u.test(child)) {
        throw refusal('XML_ERROR', `unexpected text in ${tag(name)}${atLine(line)}`);
      }
    }
  }

  #named(name: string): readonly XmlElement[] {
    const found = this.#element.children
      .filter(isElement)
      .filter((child) => child.name === name && child.namespace === EXTENSIONS_NAMESPACE);
    for (const child of found) this.#children.add(child);
    return found;
  }
}

/** Reads an element and makes sure that nothing of it is left over. */
export function readOwn<T>(element: XmlElement, read: (reader: OwnReader) => T): T {
  const reader = new OwnReader(element);
  const result = read(reader);
  reader.end();
  return result;
}

function unknown(what: string, line: number): Error {
  return refusal('CONFIG_UNSUPPORTED', `unknown ${what}${atLine(line)}`);
}

function written(child: XmlElement): string {
  return child.namespace === EXTENSIONS_NAMESPACE ? tag(child.name) : `<${qualifiedName(child)}>`;
}
