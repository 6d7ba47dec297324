import { checked, linesOf, parsed, printed, refusals, type Refused } from './tuning.js';

const UNLIMITED = 9_007_199_254_740_991;
const inside = (text: string): string => `<memtune>${text}</memtune>`;

describe('memtune', () => {
  it('reads sizes with their units, KiB when there is none', () => {
    const xml = inside(
      "<swap_hard_limit unit='G'>2</swap_hard_limit><hard_limit unit='MB'>1</hard_limit><soft_limit>5</soft_limit>" +
        "<min_guarantee unit='bytes'>1025</min_guarantee>",
    );
    expect(parsed(xml).memtune).toEqual({
      hardLimitKiB: 977,
      softLimitKiB: 5,
      minGuaranteeKiB: 2,
      swapHardLimitKiB: 2 * 1024 * 1024,
    });
  });

  it("is printed in libvirt's order", () => {
    const memtune = { swapHardLimitKiB: 4, minGuaranteeKiB: 3, softLimitKiB: 2, hardLimitKiB: 1 };
    expect(linesOf(printed({ memtune }), 'memtune')).toEqual([
      '<memtune>',
      "<hard_limit unit='KiB'>1</hard_limit>",
      "<soft_limit unit='KiB'>2</soft_limit>",
      "<min_guarantee unit='KiB'>3</min_guarantee>",
      "<swap_hard_limit unit='KiB'>4</swap_hard_limit>",
      '</memtune>',
    ]);
  });

  it("takes libvirt's number for unlimited, and a guarantee of 0, as absent", () => {
    const memtune = {
      hardLimitKiB: UNLIMITED,
      softLimitKiB: UNLIMITED,
      minGuaranteeKiB: 0,
    };
    expect(checked({ memtune })).not.toHaveProperty('memtune');
    expect(parsed(inside(`<hard_limit>${UNLIMITED}</hard_limit>`))).not.toHaveProperty('memtune');
    expect(printed({ memtune })).not.toContain('memtune');
  });

  it('keeps a limit of 0, as libvirt does', () => {
    expect(parsed(inside('<hard_limit>0</hard_limit>')).memtune).toEqual({ hardLimitKiB: 0 });
  });

  it('takes a hard limit equal to the swap limit, and one without a swap limit', () => {
    expect(checked({ memtune: { hardLimitKiB: 5, swapHardLimitKiB: 5 } }).memtune).toBeDefined();
    expect(checked({ memtune: { hardLimitKiB: 5 } }).memtune).toEqual({ hardLimitKiB: 5 });
  });

  it('keeps unlimited swap, which is not what holds without a word', () => {
    const memtune = { hardLimitKiB: 5, swapHardLimitKiB: UNLIMITED };
    expect(checked({ memtune }).memtune).toEqual(memtune);
    expect(printed({ memtune })).toContain(`<swap_hard_limit unit='KiB'>${UNLIMITED}</swap_hard_limit>`);
  });

  it.each<Refused>([
    [
      'a hard limit above the swap limit',
      inside('<hard_limit>6</hard_limit><swap_hard_limit>5</swap_hard_limit>'),
      { memtune: { hardLimitKiB: 6, swapHardLimitKiB: 5 } },
      /^INVALID_ARG memory hard_limit tunable value must be lower than or equal to swap_hard_limit/,
    ],
    [
      'a limit beyond 64 bits of bytes',
      inside("<soft_limit unit='EiB'>8</soft_limit>"),
      { memtune: { softLimitKiB: 2 ** 53 } },
      /^OVERFLOW /,
    ],
    [
      'a limit below 0',
      inside('<soft_limit>-1</soft_limit>'),
      { memtune: { softLimitKiB: -1 } },
      /^(XML_ERROR|INVALID_ARG) .*soft_?limit/iu,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });

  it('refuses an unknown unit, and an unknown property', () => {
    const [fromXml, fromObject] = refusals(inside("<hard_limit unit='potato'>1</hard_limit>"), {
      memtune: { hardLimit: 1 },
    });
    expect(fromXml).toMatch(/^XML_ERROR <hard_limit>.*unknown unit 'potato'/);
    expect(fromObject).toBe("INVALID_ARG unknown property 'hardLimit' in domain.memtune");
  });
});
