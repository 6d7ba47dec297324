import fc from 'fast-check';
import { checkCpuset, formatCpuset, parseCpuset } from '../../../../lib/definition/domain/cpuset.js';
import { describeFailure } from '../failure.js';

const PLACE = { attribute: 'cpuset', element: 'vcpu' };

describe('parseCpuset()', () => {
  it.each<[string, readonly number[]]>([
    ['0', [0]],
    ['0-3,^2,7', [0, 1, 3, 7]],
    ['3,1,1', [1, 3]],
    ['^2,0-3', [0, 1, 2, 3]],
    ['0-1,^5', [0, 1]],
    [' 1 - 2 , 4 ,', [1, 2, 4]],
    ['007', [7]],
    ['16383', [16383]],
    ['0,^0', []],
  ])('reads %p', (text, expected) => {
    expect(parseCpuset(text)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    ',',
    'a',
    '1a',
    '-1',
    '1-',
    '3-1',
    '1,,2',
    '^',
    '^1-2',
    '1^2',
    '1 2',
    '16384',
    '0-16384',
    '9'.repeat(30),
    '0x1',
    '+1',
    '٣',
  ])('refuses %p with INVALID_ARG', (text) => {
    expect(describeFailure(() => parseCpuset(text))).toMatch(/^INVALID_ARG Failed to parse bitmap '/);
  });

  it('refuses long runs of blanks or digits as any other text', () => {
    for (const filler of [' ', '1']) {
      const text = `1${filler.repeat(60_000)}x`;
      expect(describeFailure(() => parseCpuset(text))).toMatch(/^INVALID_ARG Failed to parse bitmap '/);
    }
  });

  it('gives back what formatCpuset() made of any set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 16383 })), (numbers) => {
        const members = numbers.toSorted((a, b) => a - b);
        if (members.length === 0) return;
        expect(parseCpuset(formatCpuset(members))).toEqual(members);
      }),
    );
  });
});

describe('formatCpuset()', () => {
  it('prints neighbours as a range, as libvirt does', () => {
    expect(formatCpuset([0, 1, 3, 5, 6, 7])).toBe('0-1,3,5-7');
    expect(formatCpuset([])).toBe('');
  });
});

describe('checkCpuset()', () => {
  it('brings a set into its one printed form, and leaves an absent one absent', () => {
    expect(checkCpuset('3,^5,2,0', PLACE)).toBe('0,2-3');
    expect(checkCpuset(undefined, PLACE)).toBeUndefined();
  });

  it('refuses an empty set, naming attribute and element', () => {
    expect(describeFailure(() => checkCpuset('1,^1', PLACE))).toBe(
      "CONFIG_UNSUPPORTED Invalid value of 'cpuset': '1,^1' in <vcpu> holds no number",
    );
  });
});
