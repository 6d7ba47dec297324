import {
  countOf,
  linesOf,
  numberIn,
  numberOf,
  pairsOf,
  toKiB,
} from '../../../../lib/lxc/statistics/kernel-text.js';

test('a number is read as it is, also beyond 2^53, and a word is none', () => {
  expect(numberIn('18446744073709551615\n')).toBe(2n ** 64n - 1n);
  expect(numberIn('0\n')).toBe(0n);
  for (const text of ['max\n', '', '-1\n', undefined]) expect(numberIn(text)).toBeUndefined();
});

test('a line is found by its whole name, wherever it is', () => {
  const stat = 'rss 1\nrss_huge 2\ntotal_rss 3\nrss_last 18446744073709551615';
  expect(numberOf(stat, 'rss')).toBe(1n);
  expect(numberOf(stat, 'rss_huge')).toBe(2n);
  expect(numberOf(stat, 'total_rss')).toBe(3n);
  expect(numberOf(stat, 'rss_last')).toBe(2n ** 64n - 1n);
  expect(numberOf(stat, 'total')).toBeUndefined();
  expect(numberOf(undefined, 'rss')).toBeUndefined();
  expect(countOf(stat, 'rss_huge')).toBe(2);
});

test('pairs are words with an equals sign', () => {
  expect([...pairsOf('8:0 rbytes=1 odd wios= a=b=c')]).toEqual([
    ['rbytes', '1'],
    ['wios', ''],
    ['a', 'b=c'],
  ]);
});

test('bytes become whole KiB, and nothing stays nothing', () => {
  expect(toKiB(2047n)).toBe(1);
  expect(toKiB(undefined)).toBeUndefined();
  expect(linesOf('a\n\nb\n')).toEqual(['a', 'b']);
});
