import { insideUid } from '../../../../lib/lxc/statistics/processes.js';

test('a user of the host is one of the container by its map', () => {
  const map = [
    { start: 0, target: 100_000, count: 1000 },
    { start: 5000, target: 7, count: 1 },
  ];
  expect(insideUid(100_000, map)).toBe(0);
  expect(insideUid(100_999, map)).toBe(999);
  expect(insideUid(7, map)).toBe(5000);
  expect(insideUid(101_000, map)).toBe(65_534);
  expect(insideUid(0, map)).toBe(65_534);
  expect(insideUid(33, undefined)).toBe(33);
});
