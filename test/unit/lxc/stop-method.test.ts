import { chooseSignal } from '../../../lib/lxc/stop-method.js';

const bit = (...signals: number[]): bigint =>
  signals.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n);

test.each([
  ['systemd is asked in its own way', true, 'shutdown', 0n, 0n, { by: 'signal', number: 37 }],
  ['systemd is asked to reboot in its own way', true, 'reboot', 0n, 0n, { by: 'signal', number: 39 }],
  ['an init that handles SIGTERM gets it', false, 'shutdown', 0n, bit(15), { by: 'signal', number: 15 }],
  ['one that leaves it at its default ends, as elsewhere', false, 'shutdown', 0n, 0n, { by: 'kill' }],
  ['a shell on a terminal is hung up', false, 'shutdown', bit(15), bit(1), { by: 'signal', number: 1 }],
  ['a shell with the default for a hangup ends', false, 'shutdown', bit(15), 0n, { by: 'kill' }],
  ['one that ignores everything is killed', false, 'shutdown', bit(15, 1), 0n, { by: 'kill' }],
] as const)('%s', (_, systemd, wanted, ignored, caught, expected) => {
  expect(chooseSignal(systemd, wanted, { ignored, caught })).toEqual(expected);
});
