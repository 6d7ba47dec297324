import { checked, linesOf, parsed, printed, refusals, refusedObject, type Refused } from './tuning.js';

const inside = (text: string): string => `<memoryBacking>${text}</memoryBacking>`;
const pages = (text: string): string => inside(`<hugepages>${text}</hugepages>`);
const backed = (memoryBacking: object): object => ({ memoryBacking });
const paged = (list: readonly object[]): object => backed({ hugepages: { pages: list } });
const CELLS = ['<cpu><numa><cell/><cell/></numa></cpu>'];

describe('memoryBacking', () => {
  it("is printed in libvirt's order", () => {
    const memoryBacking = {
      discard: true,
      allocation: { threads: 8, mode: 'ondemand' },
      access: 'shared',
      source: 'memfd',
      locked: true,
      nosharepages: true,
      hugepages: { pages: [{ sizeKiB: 2048 }] },
    };
    expect(linesOf(printed({ memoryBacking }), 'memoryBacking')).toEqual([
      '<memoryBacking>',
      '<hugepages>',
      "<page size='2048' unit='KiB'/>",
      '</hugepages>',
      '<nosharepages/>',
      '<locked/>',
      "<source type='memfd'/>",
      "<access mode='shared'/>",
      "<allocation mode='ondemand' threads='8'/>",
      '<discard/>',
      '</memoryBacking>',
    ]);
  });

  it('has huge pages of the default size where none is given', () => {
    expect(parsed(inside('<hugepages/>')).memoryBacking).toEqual({ hugepages: {} });
    expect(linesOf(printed(backed({ hugepages: {} })), 'hugepages')).toEqual(['<hugepages/>']);
  });

  it('reads the unit of a page, KiB when there is none', () => {
    expect(parsed(pages("<page size='1' unit='G'/>")).memoryBacking).toEqual({
      hugepages: { pages: [{ sizeKiB: 1024 * 1024 }] },
    });
    expect(parsed(pages("<page size='4'/>")).memoryBacking).toEqual({
      hugepages: { pages: [{ sizeKiB: 4 }] },
    });
  });

  it('takes node 0 as all nodes where the guest has no cells, as libvirt does', () => {
    expect(checked(paged([{ sizeKiB: 4, nodeset: '0' }])).memoryBacking).toEqual({
      hugepages: { pages: [{ sizeKiB: 4 }] },
    });
  });

  it('gives each cell pages of its own', () => {
    const list = [{ sizeKiB: 4 }, { sizeKiB: 8, nodeset: '1' }, { sizeKiB: 16, nodeset: '0' }];
    expect(checked({ ...paged(list), kept: CELLS }).memoryBacking).toEqual({ hugepages: { pages: list } });
  });

  it('is absent where it says nothing', () => {
    expect(parsed(inside(''))).not.toHaveProperty('memoryBacking');
    expect(parsed(inside("<allocation threads='0'/>"))).not.toHaveProperty('memoryBacking');
    expect(checked(backed({ locked: false, discard: false }))).not.toHaveProperty('memoryBacking');
  });

  it.each<Refused>([
    [
      'a page of no size',
      pages("<page size='0'/>"),
      paged([{ sizeKiB: 0 }]),
      /^XML_ERROR hugepage size can't be zero/,
    ],
    [
      'a page without size',
      pages('<page/>'),
      paged([{}]),
      /^XML_ERROR Missing attribute 'size' in element <page>/,
    ],
    [
      'two pages for all nodes',
      pages("<page size='4'/><page size='8'/>"),
      paged([{ sizeKiB: 4 }, { sizeKiB: 8 }]),
      /^XML_ERROR two master hugepages detected: 4 and 8/,
    ],
    [
      'an empty set of nodes',
      pages("<page size='4' nodeset='^1'/>"),
      paged([{ sizeKiB: 4, nodeset: '^1' }]),
      /^XML_ERROR Invalid value of 'nodeset': '\^1' in <page>/,
    ],
    [
      'a node that the guest does not have',
      pages("<page size='4' nodeset='1'/>"),
      paged([{ sizeKiB: 4, nodeset: '1' }]),
      /^XML_ERROR hugepages: node 1 not found/,
    ],
    [
      'an unknown source',
      inside("<source type='tape'/>"),
      backed({ source: 'tape' }),
      /^XML_ERROR unknown value for .*'tape': must be file, anonymous or memfd/,
    ],
    [
      'an unknown access',
      inside("<access mode='none'/>"),
      backed({ access: 'none' }),
      /^XML_ERROR unknown value for .*'none': must be shared or private/,
    ],
    [
      'an unknown allocation',
      inside("<allocation mode='late'/>"),
      backed({ allocation: { mode: 'late' } }),
      /^XML_ERROR unknown value for .*'late': must be immediate or ondemand/,
    ],
    [
      'more threads than 32 bits hold',
      inside("<allocation threads='4294967296'/>"),
      backed({ allocation: { threads: 4_294_967_296 } }),
      /^XML_ERROR attribute 'threads' of <allocation> must be at most 4294967295/,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });

  it('refuses pages of two sizes for one cell', () => {
    const list = [
      { sizeKiB: 4, nodeset: '0-1' },
      { sizeKiB: 8, nodeset: '1' },
    ];
    expect(refusedObject({ ...paged(list), kept: CELLS })).toBe(
      'XML_ERROR nodeset attribute of hugepages of sizes 4 and 8 intersect',
    );
  });
});
