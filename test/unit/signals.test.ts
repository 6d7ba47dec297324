import { signalNumber } from '../../lib/signals.js';
import { thrownBy } from '../thrown-by.js';

test('a signal is given by name or number', () => {
  expect(signalNumber('SIGKILL')).toBe(9);
  expect([signalNumber(0), signalNumber(64)]).toEqual([0, 64]);
});

test.each([-1, 65, 1.5, Number.NaN, 'SIGNAL' as NodeJS.Signals])('%s is none', (signal) => {
  expect(thrownBy(() => signalNumber(signal))).toMatchObject({ code: 'INVALID_ARG' });
});
