import { ERROR_CODES, ERROR_DOMAINS, VirtError } from 'virtainer';
import { notSupported, quote, systemError } from '../../lib/errors.js';

test('an error has code, number, domain and cause', () => {
  const cause = new Error('deep');
  const error = new VirtError('NO_DOMAIN', 'gone', { cause, hint: 'look again' });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'VirtError',
    code: 'NO_DOMAIN',
    codeNumber: 42,
    domain: 'LXC',
    message: 'gone',
    hint: 'look again',
    cause,
  });
  expect(new VirtError('NO_DOMAIN', 'gone')).not.toHaveProperty('cause');
});

test("codes and domains have libvirt's numbers, each once", () => {
  expect(ERROR_CODES).toMatchObject({
    INTERNAL_ERROR: 1,
    UNKNOWN_HOST: 4,
    NO_CONNECT: 5,
    NO_DOMAIN: 42,
    OPERATION_INVALID: 55,
  });
  expect(ERROR_DOMAINS).toMatchObject({ NONE: 0, LXC: 17, DOMAIN: 20 });
  for (const table of [ERROR_CODES, ERROR_DOMAINS]) {
    const numbers = Object.values(table);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test('a message holds no control characters and has an end', () => {
  expect(new VirtError('INTERNAL_ERROR', 'a\nb\u202e\u001b[31m').message).toBe('a\\x0ab\\u202e\\x1b[31m');
  expect(new VirtError('INTERNAL_ERROR', 'x'.repeat(9999)).message.length).toBeLessThanOrEqual(512);
  expect(quote('x'.repeat(200)).length).toBeLessThan(85);
});

test('systemError() keeps errno, system call and path, and says it in words', () => {
  const cause = Object.assign(new Error("ENOENT: no such file or directory, open '/x'"), {
    code: 'ENOENT',
    syscall: 'open',
    path: '/x',
  });
  expect(systemError('cannot read it', cause)).toMatchObject({
    code: 'SYSTEM_ERROR',
    message: 'cannot read it: /x: no such file or directory',
    errno: 'ENOENT',
    syscall: 'open',
    path: '/x',
    cause,
  });
});

test('notSupported() has NO_SUPPORT', () => {
  expect(notSupported('virDomainSave')).toMatchObject({
    code: 'NO_SUPPORT',
    message: 'this function is not supported by the connection driver: virDomainSave',
  });
});
