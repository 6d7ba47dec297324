import {
  checked,
  linesOf,
  parsed,
  printed,
  refusals,
  refusedObject,
  refusedXml,
  type Refused,
} from './tuning.js';

const inside = (text: string): string => `<numatune>${text}</numatune>`;
const memoryWith = (memory: object): object => ({ numatune: { memory } });
const CELLS = "<cpu><numa><cell id='0' cpus='0' memory='1'/><cell id='1' cpus='1' memory='1'/></numa></cpu>";
const nodesWith = (memnodes: readonly object[], part: object = {}): object => ({
  kept: [CELLS],
  numatune: { memnodes, ...part },
});

describe('numatune', () => {
  it.each(['strict', 'preferred', 'interleave', 'restrictive'])('takes mode %s', (mode) => {
    expect(parsed(inside(`<memory mode='${mode}' nodeset='1,0'/>`)).numatune).toEqual({
      memory: { mode, placement: 'static', nodeset: '0-1' },
    });
  });

  it('is strict and static where only nodes are given', () => {
    expect(checked(memoryWith({ nodeset: '2' })).numatune).toEqual({
      memory: { mode: 'strict', placement: 'static', nodeset: '2' },
    });
  });

  it('is printed with nodes or a placement, never both', () => {
    expect(linesOf(printed(memoryWith({ nodeset: '0', placement: 'static' })), 'numatune')).toEqual([
      '<numatune>',
      "<memory mode='strict' nodeset='0'/>",
      '</numatune>',
    ]);
    expect(printed(memoryWith({ nodeset: '0', placement: 'auto', mode: 'preferred' }))).toContain(
      "<memory mode='preferred' placement='auto'/>",
    );
  });

  it('is absent where it says nothing', () => {
    expect(parsed(inside('<memory/>'))).not.toHaveProperty('numatune');
    expect(checked({ numatune: {} })).not.toHaveProperty('numatune');
  });

  it('follows the placement of the CPUs where it has neither nodes nor a placement', () => {
    const auto = { ...memoryWith({ mode: 'interleave' }), vcpuPlacement: 'auto' };
    expect(checked(auto).numatune).toEqual({ memory: { mode: 'interleave', placement: 'auto' } });
    expect(
      parsed(`<vcpu placement='auto'>1</vcpu>${inside("<memory placement='default' mode='strict'/>")}`)
        .numatune,
    ).toEqual({
      memory: { mode: 'strict', placement: 'auto' },
    });
  });

  it('keeps nodes where the host chooses only CPUs', () => {
    expect(printed({ ...memoryWith({ nodeset: '1' }), vcpuPlacement: 'auto' })).toContain(
      "<memory mode='strict' nodeset='1'/>",
    );
  });

  it('binds cells of the guest, by number', () => {
    const memnodes = [
      { cellid: 1, nodeset: '3,2', mode: 'preferred' },
      { cellid: 0, nodeset: '0' },
    ];
    expect(checked(nodesWith(memnodes)).numatune).toEqual({
      memnodes: [
        { cellid: 0, mode: 'strict', nodeset: '0' },
        { cellid: 1, mode: 'preferred', nodeset: '2-3' },
      ],
    });
  });

  it.each<Refused>([
    [
      'an unknown mode',
      inside("<memory mode='nice' nodeset='0'/>"),
      memoryWith({ mode: 'nice', nodeset: '0' }),
      /^CONFIG_UNSUPPORTED Unsupported NUMA memory tuning mode 'nice'/,
    ],
    [
      'an unknown placement',
      inside("<memory placement='there'/>"),
      memoryWith({ placement: 'there' }),
      /^CONFIG_UNSUPPORTED Unsupported NUMA memory tuning placement mode 'there'/,
    ],
    [
      'a static placement without nodes',
      inside("<memory placement='static'/>"),
      memoryWith({ placement: 'static' }),
      /^CONFIG_UNSUPPORTED nodeset for NUMA memory tuning must be set if 'placement' is 'static'/,
    ],
    [
      'a mode without nodes',
      inside("<memory mode='strict'/>"),
      memoryWith({ mode: 'strict' }),
      /^CONFIG_UNSUPPORTED nodeset for NUMA memory tuning must be set/,
    ],
    [
      'an empty set of nodes',
      inside("<memory nodeset='^0'/>"),
      memoryWith({ nodeset: '^0' }),
      /^CONFIG_UNSUPPORTED Invalid value of 'nodeset': '\^0' in <memory>/,
    ],
    [
      'cells without any in <cpu>',
      inside("<memnode cellid='0' nodeset='0'/>"),
      { numatune: { memnodes: [{ cellid: 0, nodeset: '0' }] } },
      /^XML_ERROR Element 'memnode' is invalid without any guest NUMA cells/,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });

  it.each<[string, object, RegExp]>([
    [
      'a cell that <cpu> does not have',
      nodesWith([{ cellid: 2, nodeset: '0' }]),
      /^XML_ERROR Argument 'cellid'/,
    ],
    ['a cell without number', nodesWith([{ nodeset: '0' }]), /^XML_ERROR Missing attribute 'cellid'/],
    ['a cell without nodes', nodesWith([{ cellid: 0 }]), /^XML_ERROR Missing attribute 'nodeset'/],
    [
      'a cell twice',
      nodesWith([
        { cellid: 0, nodeset: '0' },
        { cellid: 0, nodeset: '1' },
      ]),
      /^XML_ERROR Multiple memnode elements with cellid 0/,
    ],
    [
      'a strict cell in restrictive memory',
      nodesWith([{ cellid: 0, nodeset: '0' }], { memory: { mode: 'restrictive', nodeset: '0' } }),
      /^XML_ERROR 'restrictive' mode is required in memnode element/,
    ],
    [
      'cells where the host chooses memory',
      nodesWith([{ cellid: 0, nodeset: '0' }], { memory: { placement: 'auto' } }),
      /^CONFIG_UNSUPPORTED Per-node binding is not compatible with automatic NUMA placement/,
    ],
    [
      'cells where the host chooses CPUs, and so memory',
      { ...nodesWith([{ cellid: 0, nodeset: '0' }]), vcpuPlacement: 'auto' },
      /^CONFIG_UNSUPPORTED Per-node binding/,
    ],
  ])('refuses %s', (_, part, expected) => {
    expect(refusedObject(part)).toMatch(expected);
  });

  it('refuses to be there twice', () => {
    expect(refusedXml(inside('') + inside(''))).toBe('XML_ERROR only one numatune is supported');
  });
});
