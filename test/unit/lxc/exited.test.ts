/** The end of a command, from controllers of this version and earlier ones. */
import { parseExited } from '../../../lib/lxc/protocol/exited.js';

const exited = (...tokens: readonly string[]) =>
  parseExited({ name: 'exited', tokens: tokens.map((token) => Buffer.from(token)) });

test('an earlier controller says no more than how it ended', () => {
  expect(exited('exited', '3')).toEqual({ exitCode: 3, signal: null });
  expect(exited('signaled', '9')).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('what was used comes in milliseconds and KiB', () => {
  expect(exited('exited', '0', '', '1500', '500', '4096', '12345')).toEqual({
    exitCode: 0,
    signal: null,
    usage: { userTimeMs: 1.5, systemTimeMs: 0.5, cpuTimeMs: 2, peakMemoryKiB: 4096, wallMs: 12.345 },
  });
});

test('a memory limit is told also without what was used', () => {
  expect(exited('signaled', '9', 'memory-limit')).toEqual({
    exitCode: null,
    signal: 'SIGKILL',
    isMemoryLimit: true,
  });
});

test('causes and tokens of a later controller are ignored', () => {
  expect(exited('exited', '0', 'boredom', '1', '2', '3', '4', 'more')).toMatchObject({
    exitCode: 0,
    usage: { peakMemoryKiB: 3 },
  });
  expect(exited('exited', '0', '', 'x', '2', '3', '4')).toEqual({ exitCode: 0, signal: null });
});
