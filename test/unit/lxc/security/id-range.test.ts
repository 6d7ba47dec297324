import fc from 'fast-check';
import { open } from '../../../../lib/index.js';
import {
  checkIdRange,
  IDS_PER_CONTAINER,
  mergeRanges,
  overlapsAny,
  parseIdRange,
} from '../../../../lib/lxc/security/id-range.js';
import { describeFailure } from '../../definition/failure.js';

const LIMIT = 0xffff_ffff;

describe('a range of ids', () => {
  it.each([
    ['the first one', 65_536, 65_536],
    ['the last one', LIMIT - 65_536, 65_536],
    ['all there are', 65_536, LIMIT - 65_536],
    ['one that is no multiple', 100_000, 65_537],
  ])('may be %s', (_, start, count) => {
    expect(checkIdRange({ start, count }, 'range')).toEqual({ start, count });
    expect(parseIdRange(`${start}:${count}`, 'range')).toEqual({ start, count });
  });

  it.each([
    ['no ids', 100_000, 0, 'one container at least, not 0'],
    ['fewer than a container has', 100_000, 65_535, 'one container at least, not 65535'],
    ['root of the host', 0, 65_536, 'begin at 65536 or above, not 0'],
    ['the last user of the host', 65_535, 65_536, 'begin at 65536'],
    ['a negative start', -1, 65_536, 'begin at 65536 or above, not -1'],
    ['a negative count', 100_000, -65_536, 'not -65536'],
    ['no id', LIMIT, 65_536, 'end below 4294967295, not at 4295032830'],
    ['the one that means no id', LIMIT - 65_535, 65_536, 'end below 4294967295, not at 4294967295'],
    ['a start beyond 32 bits', 2 ** 32, 65_536, 'end below 4294967295'],
    ['a fraction', 100_000.5, 65_536, 'whole number'],
    ['a number that is none', NaN, 65_536, 'whole number'],
    ['an endless count', 100_000, Infinity, 'whole number'],
    ['a number beyond all', 2 ** 53, 65_536, 'whole number'],
  ])('cannot have %s', async (_, start, count, why) => {
    const idRange = { start, count };
    expect(describeFailure(() => checkIdRange(idRange, 'range'))).toContain(`INVALID_ARG range must`);
    expect(describeFailure(() => checkIdRange(idRange, 'range'))).toContain(why);
    await expect(open('test:///default', { idRange })).rejects.toMatchObject({
      code: 'INVALID_ARG',
      message: expect.stringContaining("option 'idRange' must") as unknown,
    });
  });

  it.each([
    '',
    '100000',
    ':',
    '100000:',
    ':65536',
    '-100000:65536',
    '100000:65536:1',
    '100000-165536',
    ' 100000:65536',
    '0x20000:65536',
    '1e6:65536',
    '100000:99999999999',
    '100000\0:65536',
    `${'1'.repeat(1_000_000)}:65536`,
  ])('is not %p', (text) => {
    expect(describeFailure(() => parseIdRange(text, 'VARIABLE'))).toMatch(
      /^INVALID_ARG VARIABLE must be START:COUNT, not '/u,
    );
  });

  it('is given to open() with the right types only', async () => {
    const idRange = { start: '100000', count: '65536' };
    // @ts-expect-error numbers, not text
    await expect(open('test:///default', { idRange })).rejects.toMatchObject({ code: 'INVALID_ARG' });
    const connection = await open('test:///default', { idRange: { start: 100_000, count: 65_536 } });
    await connection.close();
  });
});

describe('ranges of ids that are merged', () => {
  const small = fc.record({ start: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 9 }) });
  const idsOf = (ranges: readonly { start: number; count: number }[]): Set<number> =>
    new Set(ranges.flatMap(({ start, count }) => Array.from({ length: count }, (_, index) => start + index)));

  it('have the same ids, in order and apart from each other', () => {
    fc.assert(
      fc.property(fc.array(small), (ranges) => {
        const merged = mergeRanges(ranges);
        expect(idsOf(merged)).toEqual(idsOf(ranges));
        for (const [index, { start, count }] of merged.entries()) {
          expect(start + count).toBeLessThan(merged[index + 1]?.start ?? Infinity);
        }
      }),
    );
  });

  it('overlap with another one exactly if an id is in both', () => {
    fc.assert(
      fc.property(fc.array(small), small, (ranges, range) => {
        const ids = idsOf(ranges);
        const expected = [...idsOf([range])].some((id) => ids.has(id));
        expect(overlapsAny(range, mergeRanges(ranges))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

test('a container has as many ids as fit in 16 bits', () => {
  expect(IDS_PER_CONTAINER).toBe(2 ** 16);
});
