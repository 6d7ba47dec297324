/** @see https://libvirt.org/formatdomain.html#memory-backing */
import { compact, compactOrNothing, falseIsNone, zeroIsNone, type Draft } from '../plain/compact.js';
import { readAll, type Fields } from '../plain/fields.js';
import { refusal } from '../refusal.js';
import { element, group, type ElementReader, type OutputElement } from '../xml/index.js';
import { checkCpuset } from './cpuset.js';
import { countGuestNumaCells } from './guest-numa.js';
import { checkHugepageNodes } from './hugepages.js';

export const MEMORY_SOURCES = ['file', 'anonymous', 'memfd'] as const;
export type MemorySource = (typeof MEMORY_SOURCES)[number];
export const MEMORY_ACCESSES = ['shared', 'private'] as const;
export type MemoryAccess = (typeof MEMORY_ACCESSES)[number];
export const MEMORY_ALLOCATIONS = ['immediate', 'ondemand'] as const;
export type MemoryAllocation = (typeof MEMORY_ALLOCATIONS)[number];

export interface Hugepage {
  readonly sizeKiB: number;
  /** Numbers of cells in `<cpu><numa>`; all others when absent. */
  readonly nodeset?: string;
}
export interface Hugepages {
  /** The host's default size when absent. */
  readonly pages?: readonly Hugepage[];
}
export interface MemoryAllocationOptions {
  readonly mode?: MemoryAllocation;
  readonly threads?: number;
}
/** How libvirt's virtual machines get their memory. Printed, without effect on containers. */
export interface MemoryBacking {
  readonly hugepages?: Hugepages;
  readonly nosharepages?: boolean;
  readonly locked?: boolean;
  readonly source?: MemorySource;
  readonly access?: MemoryAccess;
  readonly allocation?: MemoryAllocationOptions;
  readonly discard?: boolean;
}

const MAX_UINT = 0xffff_ffff;

export function parseMemoryBacking(domain: ElementReader): Draft<MemoryBacking> | undefined {
  const backing = domain.child('memoryBacking');
  const hugepages = backing?.child('hugepages');
  const allocation = backing?.child('allocation');
  return (
    backing && {
      hugepages: hugepages && { pages: hugepages.children('page').map(parsePage) },
      nosharepages: backing.child('nosharepages') !== undefined,
      locked: backing.child('locked') !== undefined,
      source: backing.child('source')?.attribute('type').oneOf(MEMORY_SOURCES),
      access: backing.child('access')?.attribute('mode').oneOf(MEMORY_ACCESSES),
      allocation: allocation && {
        mode: allocation.attribute('mode').oneOf(MEMORY_ALLOCATIONS),
        threads: allocation.attribute('threads').unsignedInteger(),
      },
      discard: backing.child('discard') !== undefined,
    }
  );
}

function parsePage(page: ElementReader): Draft<Hugepage> {
  return {
    sizeKiB: page.attribute('size').sizeKiB(page.attribute('unit').text()),
    nodeset: page.attribute('nodeset').text(),
  };
}

export function checkMemoryBacking(fields: Fields): MemoryBacking | undefined {
  const backing = fields.fields('memoryBacking');
  if (!backing) return undefined;
  const cells = countGuestNumaCells(fields);
  return readAll(backing, (own) => {
    const hugepages = own.fields('hugepages');
    const allocation = own.fields('allocation');
    return compactOrNothing({
      hugepages: hugepages && readAll(hugepages, (inner) => checkHugepages(inner, cells)),
      nosharepages: flag(own, 'nosharepages'),
      locked: flag(own, 'locked'),
      source: own.oneOf('source', MEMORY_SOURCES),
      access: own.oneOf('access', MEMORY_ACCESSES),
      allocation: allocation && readAll(allocation, checkAllocation),
      discard: flag(own, 'discard'),
    });
  });
}

/** What has no effect is left out, as libvirt leaves it out when it prints. */
function flag(own: Fields, key: string): true | undefined {
  return falseIsNone(own.boolean(key));
}

function checkHugepages(own: Fields, cells: number): Hugepages {
  const pages = own.list('pages', (page) => {
    const sizeKiB = page.unsignedInteger('sizeKiB');
    if (sizeKiB === undefined) throw refusal('XML_ERROR', "Missing attribute 'size' in element <page>");
    if (sizeKiB === 0) throw refusal('XML_ERROR', "hugepage size can't be zero: attribute 'size' of <page>");
    const place = { attribute: 'nodeset', element: 'page', emptyCode: 'XML_ERROR' } as const;
    return compact({ sizeKiB, nodeset: checkCpuset(page.string('nodeset'), place) });
  });
  return compact({ pages: pages && checkHugepageNodes(pages, cells) });
}

function checkAllocation(own: Fields): MemoryAllocationOptions | undefined {
  const mode = own.oneOf('mode', MEMORY_ALLOCATIONS);
  const threads = own.unsignedInteger('threads');
  if (threads !== undefined && threads > MAX_UINT) {
    throw refusal('XML_ERROR', `attribute 'threads' of <allocation> must be at most ${MAX_UINT}`);
  }
  return compactOrNothing({ mode, threads: zeroIsNone(threads) });
}

export function formatMemoryBacking(backing: MemoryBacking | undefined): OutputElement | undefined {
  if (!backing) return undefined;
  const { hugepages, source, access, allocation } = backing;
  return group('memoryBacking', [
    hugepages && element('hugepages', {}, (hugepages.pages ?? []).map(formatPage)),
    backing.nosharepages === true ? element('nosharepages') : undefined,
    backing.locked === true ? element('locked') : undefined,
    source && element('source', { type: source }),
    access && element('access', { mode: access }),
    allocation && element('allocation', { mode: allocation.mode, threads: allocation.threads }),
    backing.discard === true ? element('discard') : undefined,
  ]);
}

function formatPage({ sizeKiB, nodeset }: Hugepage): OutputElement {
  return element('page', { size: sizeKiB, unit: 'KiB', nodeset });
}
