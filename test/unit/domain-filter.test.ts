import { admits } from '../../lib/domain-filter.js';
import type { DomainSummary } from '../../lib/driver.js';

const domain: DomainSummary = {
  uuid: 'u',
  name: 'n',
  id: 7,
  state: 'crashed',
  reason: 'unknown',
  persistent: true,
  autostart: false,
};

test('a state without a name of its own in lists is other', () => {
  expect(admits({ state: 'other' }, domain)).toBe(true);
  expect(admits({ state: ['running', 'other'] }, domain)).toBe(true);
  expect(admits({ state: ['running', 'paused', 'shutoff'] }, domain)).toBe(false);
});

test('all filters must agree', () => {
  expect(admits({}, domain)).toBe(true);
  expect(admits({ active: true, persistent: true, autostart: false }, domain)).toBe(true);
  expect(admits({ active: true, persistent: true, autostart: true }, domain)).toBe(false);
});
