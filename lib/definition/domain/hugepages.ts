/** Which cells of a guest use which pages. @see https://libvirt.org/formatdomain.html#memory-backing */
import { compact } from '../plain/compact.js';
import { refusal } from '../refusal.js';
import { parseCpuset } from './cpuset.js';
import type { Hugepage } from './memory-backing.js';

/** Without cells, cell 0 stands for the whole guest. @throws VirtError XML_ERROR when the pages contradict. */
export function checkHugepageNodes(given: readonly Hugepage[], cells: number): readonly Hugepage[] {
  const pages = given.map(({ sizeKiB, nodeset }) =>
    compact({ sizeKiB, nodeset: cells === 0 && nodeset === '0' ? undefined : nodeset }),
  );
  const sizeByNode = new Map<number | 'others', number>();
  for (const { sizeKiB, nodeset } of pages) {
    const nodes =
      nodeset === undefined
        ? (['others'] as const)
        : parseCpuset(nodeset, { attribute: 'nodeset', element: 'page' });
    for (const node of nodes) {
      const other = sizeByNode.get(node);
      if (other !== undefined) throw contradiction(node, other, sizeKiB);
      if (node !== 'others' && node >= cells) throw refusal('XML_ERROR', `hugepages: node ${node} not found`);
      sizeByNode.set(node, sizeKiB);
    }
  }
  return Object.freeze(pages);
}

function contradiction(node: number | 'others', firstKiB: number, secondKiB: number): Error {
  return refusal(
    'XML_ERROR',
    node === 'others'
      ? `two master hugepages detected: ${firstKiB} and ${secondKiB}`
      : `nodeset attribute of hugepages of sizes ${firstKiB} and ${secondKiB} intersect`,
  );
}
