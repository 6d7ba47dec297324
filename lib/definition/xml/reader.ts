/** Reading elements: nobody else indexes into the tree. What was read is remembered, for strict validation. */
import { atLine, refusal, unknownValue } from '../refusal.js';
import { isElement, type XmlElement } from './element.js';
import { parseSizeBytes, parseSizeKiB } from './size.js';
import { parseUnsigned } from './unsigned.js';

/** Which elements and attributes some reader asked for. */
export class ReadRecord {
  readonly elements = new Set<XmlElement>();
  readonly attributes = new Map<XmlElement, Set<string>>();
  /** Elements read with all they contain. */
  readonly whole = new Set<XmlElement>();
}

/** An attribute's value or an element's text, perhaps absent. */
export class TextReader {
  readonly #what: string;
  readonly #text: string | undefined;
  readonly #line: number;

  constructor(what: string, text: string | undefined, line: number) {
    this.#what = what;
    this.#text = text;
    this.#line = line;
  }

  text(): string | undefined {
    return this.#text;
  }

  /** One value of a list. @throws VirtError XML_ERROR naming element, attribute and the list. */
  oneOf<T extends string>(list: readonly T[]): T | undefined {
    if (this.#text === undefined) return undefined;
    const found = list.find((item) => item === this.#text);
    if (found === undefined) throw unknownValue(`value for ${this.#where()}`, this.#text, list);
    return found;
  }

  /** A whole number that a double holds exactly. @throws VirtError XML_ERROR, OVERFLOW. */
  unsignedInteger(): number | undefined {
    if (this.#text === undefined) return undefined;
    const value = parseUnsigned(this.#where(), this.#text);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw refusal('OVERFLOW', `${this.#where()} is too large: ${value}`);
    return Number(value);
  }

  /** The same with a minus sign perhaps. */
  integer(): number | undefined {
    if (this.#text === undefined) return undefined;
    const [, sign, digits = ''] = /^\s*(-?)(.*)$/su.exec(this.#text) ?? [];
    const value = new TextReader(this.#what, digits, this.#line).unsignedInteger() ?? 0;
    // 0 - 0 is 0, where -0 would be a value of its own in comparisons.
    return sign === '-' ? 0 - value : value;
  }

  /** `yes` or `no`. @throws VirtError XML_ERROR. */
  yesNo(): boolean | undefined {
    return this.#choice('yes', 'no');
  }

  /** `on` or `off`. @throws VirtError XML_ERROR. */
  onOff(): boolean | undefined {
    return this.#choice('on', 'off');
  }

  /** A size in KiB. @throws VirtError XML_ERROR, OVERFLOW. */
  sizeKiB(unit: string | undefined): number | undefined {
    return this.#text === undefined ? undefined : parseSizeKiB(this.#where(), this.#text, unit);
  }

  /** A size in bytes. @throws VirtError XML_ERROR, OVERFLOW. */
  sizeBytes(unit: string | undefined): number | undefined {
    return this.#text === undefined ? undefined : parseSizeBytes(this.#where(), this.#text, unit);
  }

  #choice(yes: string, no: string): boolean | undefined {
    const value = this.oneOf([yes, no]);
    return value === undefined ? undefined : value === yes;
  }

  #where(): string {
    return `${this.#what}${atLine(this.#line)}`;
  }
}

/** An element. Children and attributes are those without namespace, as libvirt's own are, unless one is named. */
export class ElementReader {
  readonly element: XmlElement;
  readonly #record: ReadRecord;

  constructor(element: XmlElement, record: ReadRecord = new ReadRecord()) {
    this.element = element;
    this.#record = record;
    record.elements.add(element);
  }

  /** The first child of this name, as libvirt takes it. */
  child(name: string, namespace = ''): ElementReader | undefined {
    const found = this.#of(namespace).find((child) => child.name === name);
    return found && new ElementReader(found, this.#record);
  }

  children(name: string, namespace = ''): readonly ElementReader[] {
    return this.#of(namespace)
      .filter((child) => child.name === name)
      .map((child) => new ElementReader(child, this.#record));
  }

  /** All children that are libvirt's own, or of the namespace, whatever their names. */
  elements(namespace = ''): readonly ElementReader[] {
    return this.#of(namespace).map((child) => new ElementReader(child, this.#record));
  }

  /** The element with all it contains, whatever that is. */
  whole(): XmlElement {
    this.#record.whole.add(this.element);
    return this.element;
  }

  attribute(name: string): TextReader {
    const read = this.#record.attributes.get(this.element) ?? new Set();
    this.#record.attributes.set(this.element, read.add(name));
    const found = this.element.attributes.find((item) => item.name === name && item.prefix === '');
    return new TextReader(`attribute '${name}' of <${this.element.name}>`, found?.value, this.element.line);
  }

  /** The element's own text, with that of elements inside left out. */
  text(): string {
    return this.element.children.filter((child) => typeof child === 'string').join('');
  }

  /** This element's text, to be read further. */
  content(): TextReader {
    return new TextReader(`<${this.element.name}>`, this.text(), this.element.line);
  }

  /** A child's text, to be read further. */
  value(name: string): TextReader {
    return this.child(name)?.content() ?? new TextReader(`<${name}>`, undefined, this.element.line);
  }

  /** A child's text with its `unit` attribute, KiB. */
  size(name: string): number | undefined {
    const child = this.child(name);
    return child?.content().sizeKiB(child.attribute('unit').text());
  }

  /** The same, bytes. */
  sizeBytes(name: string): number | undefined {
    const child = this.child(name);
    return child?.content().sizeBytes(child.attribute('unit').text());
  }

  /** A child's text as a number. */
  unsignedInteger(name: string): number | undefined {
    return this.value(name).unsignedInteger();
  }

  #of(namespace: string): readonly XmlElement[] {
    return this.element.children.filter(
      (child): child is XmlElement => isElement(child) && child.namespace === namespace,
    );
  }
}
