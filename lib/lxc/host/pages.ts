/** Sizes of pages, and how much memory is in pages of each. */
import { endianness } from 'node:os';
import type { HostPages } from '../../definition/host/index.js';
import type { HostTree } from './tree.js';

const HUGE_PAGES = /^hugepages-(\d+)kB$/u;
/** Entry of the auxiliary vector with the size of a page. */
const AT_PAGESZ = 6n;
const USUAL_PAGE_KIB = 4;
const ENTRY_BYTES = 16;

/** Ordinary pages first, then huge ones, ascending. */
export async function readPageSizes(tree: HostTree): Promise<readonly number[]> {
  const huge = await tree.numbered('sys/kernel/mm/hugepages', HUGE_PAGES);
  return [await readPageSize(tree), ...huge];
}

/** Pages of a cell by size; ordinary ones are what huge ones leave. */
export async function readPages(
  tree: HostTree,
  { folder, memoryKiB, pageKiB }: { folder: string; memoryKiB: number; pageKiB: number },
): Promise<readonly HostPages[]> {
  const huge: HostPages[] = [];
  for (const sizeKiB of await tree.numbered(folder, HUGE_PAGES)) {
    const count = (await tree.number(`${folder}/hugepages-${sizeKiB}kB/nr_hugepages`)) ?? 0;
    huge.push({ sizeKiB, count });
  }
  const hugeKiB = huge.reduce((sum, { sizeKiB, count }) => sum + sizeKiB * count, 0);
  const ordinary = Math.max(0, Math.floor((memoryKiB - hugeKiB) / pageKiB));
  return [{ sizeKiB: pageKiB, count: ordinary }, ...huge];
}

/** Node does not tell it, the kernel tells each program. KiB. */
async function readPageSize(tree: HostTree): Promise<number> {
  const vector = (await tree.bytes('proc/self/auxv')) ?? Buffer.alloc(0);
  for (let at = 0; at + ENTRY_BYTES <= vector.length; at += ENTRY_BYTES) {
    if (readWord(vector, at) === AT_PAGESZ) return Number(readWord(vector, at + ENTRY_BYTES / 2)) / 1024;
  }
  return USUAL_PAGE_KIB;
}

function readWord(bytes: Buffer, at: number): bigint {
  return endianness() === 'LE' ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
}
