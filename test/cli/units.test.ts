import { formatBytes, parseCount, parseMemoryKiB, parseSeconds, parseSizeKiB } from '../../lib/cli/units.js';

test.each([
  ['512M', 512 * 1024],
  ['1g', 1024 ** 2],
  ['2GiB', 2 * 1024 ** 2],
  ['64k', 64],
  ['1TB', 1024 ** 3],
])('a size of %s is %d KiB', (text, size) => {
  expect(parseSizeKiB('memory', text)).toBe(size);
});

test.each(['', '512', 'M', '-1M', '1.5G', '0M', '1 G', '99999999999999T'])('%j is no size', (text) => {
  expect(() => parseSizeKiB('memory', text)).toThrow('--memory must be a size with a unit');
});

test('seconds may have a fraction, counts may not', () => {
  expect(parseSeconds('timeout', '1.5')).toBe(1500);
  expect(parseSeconds('timeout', '0')).toBe(0);
  expect(parseCount('since', '12')).toBe(12);
  for (const text of ['', '-1', '1e3', 'x', ' 1', 'Infinity']) {
    expect(() => parseSeconds('timeout', text)).toThrow('--timeout must be a number of seconds');
    expect(() => parseCount('since', text)).toThrow('--since must be a whole number');
  }
});

test('sizes of verbs of virsh are KiB without a unit', () => {
  expect(parseMemoryKiB('SIZE', '512')).toBe(512);
  expect(parseMemoryKiB('SIZE', '512M')).toBe(512 * 1024);
  for (const text of ['', '-1', '1.5G', '99999999999999999', 'x']) {
    expect(() => parseMemoryKiB('SIZE', text)).toThrow(
      'SIZE must be a size, as 512M or 2G, or a number of KiB',
    );
  }
});

test.each([
  [0n, '0B'],
  [1023, '1023B'],
  [1024, '1.0KiB'],
  [1536n, '1.5KiB'],
  [250 * 1024 ** 2, '250MiB'],
  [2n ** 60n, '1024PiB'],
])('%s bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
