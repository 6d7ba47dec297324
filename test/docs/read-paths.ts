/** Which elements and attributes the parser asks for, found by watching it read. */
import { OwnReader } from '../../lib/definition/domain/extensions/own-reader.js';
import { EXTENSIONS_NAMESPACE, parseDomain } from '../../lib/definition/domain/index.js';
import { ElementReader, isElement, parseXml, type XmlElement } from '../../lib/definition/xml/index.js';
import { declaredPrefix } from '../../lib/definition/xml/namespaces.js';

interface Asked {
  readonly element: XmlElement;
  /** `name` of a child, `@name` of an attribute. */
  readonly what: string;
}

/** Paths below `<domain>` such as `os/type@arch`, of everything asked for while these documents are read. */
export function pathsRead(documents: readonly string[]): ReadonlySet<string> {
  const asked: Asked[] = [];
  const roots = new Set<XmlElement>();
  const watch = (method: 'child' | 'children' | 'attribute', mark: string): jest.SpyInstance => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the watched reader as `this`
    const original = ElementReader.prototype[method] as (name: string, namespace?: string) => never;
    return jest.spyOn(ElementReader.prototype, method).mockImplementation(function (
      this: ElementReader,
      name: string,
      namespace?: string,
    ) {
      if (this.element.name === 'domain') roots.add(this.element);
      asked.push({ element: this.element, what: mark + prefixOf(namespace) + name });
      return original.call(this, name, namespace);
    });
  };
  const own = new Set<string>();
  const spies = [watch('child', ''), watch('children', ''), watch('attribute', '@'), ...watchOwn(own)];
  try {
    for (const xml of documents) parseDomain(xml);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const paths = new Map([...roots].flatMap((root) => elementsOf(root, '')));
  return new Set([...asked.flatMap(({ element, what }) => join(paths.get(element), what)), ...own]);
}

/** The package's own elements have a reader of their own; it hands out a reader for each child. */
function watchOwn(read: Set<string>): jest.SpyInstance[] {
  const paths = new WeakMap<OwnReader, string>();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the watched reader as `this`
  const { attribute, child, children } = OwnReader.prototype;
  const below = (reader: OwnReader, name: string): string => {
    const parent = paths.get(reader);
    const path = (parent === undefined ? '' : `${parent}/`) + prefixOf(EXTENSIONS_NAMESPACE) + name;
    read.add(path);
    return path;
  };
  const following =
    <T>(path: string, use: (reader: OwnReader) => T) =>
    (reader: OwnReader): T => {
      paths.set(reader, path);
      return use(reader);
    };
  return [
    jest.spyOn(OwnReader.prototype, 'attribute').mockImplementation(function (this: OwnReader, name) {
      read.add(`${paths.get(this) ?? ''}@${name}`);
      return attribute.call(this, name);
    }),
    jest.spyOn(OwnReader.prototype, 'child').mockImplementation(function (this: OwnReader, name, use) {
      return child.call(this, name, following(below(this, name), use));
    }),
    jest.spyOn(OwnReader.prototype, 'children').mockImplementation(function (this: OwnReader, name, use) {
      return children.call(this, name, following(below(this, name), use));
    }),
  ];
}

/** Paths of all elements and attributes of a document. */
export function pathsIn(xml: string): readonly string[] {
  return elementsOf(parseXml(xml), '').flatMap(([element, path]) => [
    ...(path === '' ? [] : [path]),
    ...element.attributes
      .filter((attribute) => declaredPrefix(attribute) === undefined)
      .map((attribute) => `${path}@${attribute.name}`),
  ]);
}

function join(parent: string | undefined, what: string): string[] {
  if (parent === undefined) return [];
  return [what.startsWith('@') || parent === '' ? parent + what : `${parent}/${what}`];
}

function elementsOf(element: XmlElement, path: string): [XmlElement, string][] {
  const below = element.children
    .filter(isElement)
    .flatMap((child) =>
      elementsOf(child, withoutMetadata(path === '' ? nameOf(child) : `${path}/${nameOf(child)}`)),
    );
  return [[element, path], ...below];
}

/** The package's own elements are named without what is around them. */
function withoutMetadata(path: string): string {
  return path.replace(/^metadata\/virtainer:domain\//u, '');
}

function nameOf(element: XmlElement): string {
  return prefixOf(element.namespace) + element.name;
}

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://libvirt.org/schemas/domain/lxc/1.0', 'lxc:'],
  [EXTENSIONS_NAMESPACE, 'virtainer:'],
]);

function prefixOf(namespace = ''): string {
  return PREFIXES.get(namespace) ?? '';
}
