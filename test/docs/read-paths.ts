/** Which elements and attributes the parser asks for, found by watching it read. */
import { parseDomain } from '../../lib/definition/domain/index.js';
import { ElementReader, isElement, type XmlElement } from '../../lib/definition/xml/index.js';

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
  const spies = [watch('child', ''), watch('children', ''), watch('attribute', '@')];
  try {
    for (const xml of documents) parseDomain(xml);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const paths = new Map([...roots].flatMap((root) => [...pathsOf(root, '')]));
  return new Set(asked.flatMap(({ element, what }) => join(paths.get(element), what)));
}

function join(parent: string | undefined, what: string): string[] {
  if (parent === undefined) return [];
  return [what.startsWith('@') || parent === '' ? parent + what : `${parent}/${what}`];
}

function pathsOf(element: XmlElement, path: string): [XmlElement, string][] {
  const below = element.children
    .filter(isElement)
    .flatMap((child) =>
      pathsOf(child, (path === '' ? '' : `${path}/`) + prefixOf(child.namespace) + child.name),
    );
  return [[element, path], ...below];
}

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://libvirt.org/schemas/domain/lxc/1.0', 'lxc:'],
  ['urn:virtainer:domain:1', 'virtainer:'],
]);

function prefixOf(namespace = ''): string {
  return PREFIXES.get(namespace) ?? '';
}
