/** What the addon's calls do with arguments of the wrong type or range. */
import { AT_FDCWD, native } from '../../lib/lxc/native';
import { thrownBy } from '../thrown-by';

const addon = native();

describe('arguments', () => {
  const functions = new Map<string, unknown>(Object.entries(addon));
  const call = (name: string, ...values: unknown[]): unknown =>
    thrownBy(() => {
      const called = functions.get(name);
      if (typeof called === 'function') Reflect.apply(called, addon, values);
    });

  test.each([
    ['memfd', ['name', 'text', { executable: true }]],
    ['memfd', ['name', Buffer.from(''), {}]],
    ['memfd', ['name', Buffer.from('')]],
    ['memfd', ['na\0me', Buffer.from(''), { executable: true }]],
    ['openat2', ['.', '/', 0, 0]],
    ['openat2', [AT_FDCWD, null, 0, 0]],
    ['openat2', [AT_FDCWD, '/', 0, 0, '0600']],
    ['spawnDetached', [0, 'true', []]],
    ['spawnDetached', [0, [], []]],
    ['spawnDetached', [0, [1], []]],
    ['spawnDetached', [0, ['a'], ['1']]],
    ['lock', [1n, 0]],
    ['lock', [1]],
    ['tryLock', []],
    ['unlock', [{}]],
    ['tryLockRange', [1, '0', 1, { shared: true }]],
    ['tryLockRange', [1, 0, 1]],
    ['tryLockRange', [1, 0, 1, { shared: 1 }]],
    ['pidfdOpen', ['1']],
    ['pidfdSendSignal', [1, 'SIGTERM']],
    ['pidfdWait', [1, '5']],
  ] as const)('%s(%p) is a TypeError', (name, values) => {
    expect(call(name, ...values)).toHaveProperty('name', 'TypeError');
  });

  test.each([
    ['openat2', [-5, '/', 0, 0]],
    ['openat2', [AT_FDCWD, '/', -1, 0]],
    ['openat2', [AT_FDCWD, '/', 0, 2 ** 40]],
    ['spawnDetached', [-1, ['a'], []]],
    ['spawnDetached', [0, ['a'], [-1]]],
    ['lock', [NaN, 0]],
    ['lock', [1, -1]],
    ['lock', [1, NaN]],
    ['tryLock', [2 ** 31]],
    ['unlock', [1.5]],
    ['tryLockRange', [1, -1, 1, { shared: true }]],
    ['tryLockRange', [1, 0, 0, { shared: true }]],
    ['tryLockRange', [1, 2 ** 53, 1, { shared: true }]],
    ['pidfdOpen', [0]],
    ['pidfdSendSignal', [1, 65]],
    ['pidfdWait', [Infinity, 0]],
  ] as const)('%s(%p) is a RangeError', (name, values) => {
    expect(call(name, ...values)).toHaveProperty('name', 'RangeError');
  });

  test('an exception of a getter or of an array item passes through', () => {
    const boom = new Error('boom');
    const options = Object.defineProperty({}, 'executable', {
      get() {
        throw boom;
      },
    });
    expect(call('memfd', 'n', Buffer.from(''), options)).toBe(boom);
    const fds = Object.defineProperty([], 0, {
      get() {
        throw boom;
      },
    });
    expect(call('spawnDetached', 0, ['a'], fds)).toBe(boom);
  });
});
