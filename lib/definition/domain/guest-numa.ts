/** What other elements need to know of the NUMA cells in `<cpu>`, which is kept as it is. */
import type { Fields } from '../plain/fields.js';
import { isElement, parseXml, type ElementReader, type XmlElement } from '../xml/index.js';

/** The memory of all cells, KiB; undefined without cells. */
export function guestNumaMemoryKiB(domain: ElementReader): number | undefined {
  const cells = domain.child('cpu')?.child('numa')?.children('cell') ?? [];
  const sizes = cells.map((cell) => cell.attribute('memory').sizeKiB(cell.attribute('unit').text()) ?? 0);
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

/** How many cells the definition's kept `<cpu>` has. */
export function countGuestNumaCells(domain: Fields): number {
  let cells = 0;
  domain.documents('kept', (text) => {
    if (/^\s*<cpu[\s/>]/u.test(text)) cells = children(children([parseXml(text)], 'numa'), 'cell').length;
    return text;
  });
  return cells;
}

function children(parents: readonly XmlElement[], name: string): readonly XmlElement[] {
  return parents
    .flatMap((parent) => parent.children)
    .filter((child): child is XmlElement => isElement(child) && child.name === name);
}
