import { parseConfig } from '../../../../lib/definition/native/lxc-tools/config.js';
import { definitionOf, refused, reported } from './importing.js';

describe('the parser of lxc-tools', () => {
  test('takes comments, empty lines, blanks and both ends of lines', () => {
    const config = parseConfig('# a = b\r\n\n \tlxc.a\t=  b c \t\r\nlxc.d=\n  # e\nlxc.f = # g');
    expect(config.unmapped()).toEqual([
      { key: 'lxc.a', value: 'b c', line: 3 },
      { key: 'lxc.d', value: '', line: 4 },
      { key: 'lxc.f', value: '# g', line: 6 },
    ]);
  });

  test('takes quotes around a value away, as lxc-tools does', () => {
    const values = parseConfig(`a = "b c"\na = 'b'\na = "b\na = b"\na = "`).unmapped();
    expect(values.map(({ value }) => value)).toEqual(['b c', 'b', '"b', 'b"', '"']);
  });

  test.each([
    ['= b', 'line 1: expecting a name'],
    ['1a = b', 'line 1: expecting a name'],
    ['a = b\n[section]', 'line 2: expecting a name'],
    ['a', 'line 1: expecting an assignment'],
    ['a b = c', 'line 1: expecting an assignment'],
    ['a-b = c', 'line 1: expecting an assignment'],
    ['a = \0', 'line 1: unexpected control character'],
    ['a = \x1b[2J', 'line 1: unexpected control character'],
  ])('refuses %j', (text, message) => {
    const error = refused('CONF_SYNTAX', `configuration file syntax error: ${message}`);
    expect(() => parseConfig(text)).toThrow(expect.objectContaining(error));
  });

  test('refuses more than a mebibyte, and what is no text', () => {
    expect(() => parseConfig(`# ${'a'.repeat(1024 * 1024)}`)).toThrow(
      expect.objectContaining(refused('INVALID_ARG', 'longer than')),
    );
    // @ts-expect-error no text
    expect(() => parseConfig(Buffer.from(''))).toThrow(
      expect.objectContaining(refused('INVALID_ARG', 'must be a string')),
    );
  });

  test('of a repeated key the first line counts, as in libvirt, and the others are reported', () => {
    expect(definitionOf('lxc.uts.name = other').name).toBe('web');
    expect(reported('lxc.uts.name = other')).toEqual(['lxc.uts.name: the first value counts, line 1']);
    expect(reported('lxc.utsname = other')).toEqual(['lxc.utsname: the first value counts, line 1']);
  });

  test('an empty line forgets those before it', () => {
    const { features } = definitionOf('lxc.cap.drop = chown', 'lxc.cap.drop =', 'lxc.cap.drop = kill');
    expect(features?.capabilities?.states).toEqual({ kill: 'off' });
  });

  test('what nobody knows is reported with its line', () => {
    expect(reported('lxc.no.such.key = 1', 'other = 2', 'lxc.include = /etc/x')).toEqual([
      'lxc.no.such.key: -',
      'other: -',
      'lxc.include: other files are not read: give the whole configuration',
    ]);
  });
});
