import { checkDomainDefinition } from '../../../../lib/definition/domain/index.js';
import { MINIMAL } from '../documents.js';
import { describeFailure } from '../failure.js';

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const holes: unknown[] = [];
holes.length = 3;
const throwing = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error('trap');
    },
  },
);
const getter = Object.defineProperty({ ...MINIMAL }, 'name', { enumerable: true, get: () => 'web' });

describe('checkDomainDefinition()', () => {
  it('copies: later changes of the value change nothing', () => {
    const initargs = ['a'];
    const value = { ...MINIMAL, os: { ...MINIMAL.os, initargs } };
    const definition = checkDomainDefinition(value);
    initargs.push('b');
    value.name = 'other';
    expect(definition).toEqual({ ...MINIMAL, os: { ...MINIMAL.os, initargs: ['a'] } });
  });

  it('leaves out what has no effect', () => {
    const features = { privnet: false, capabilities: { policy: 'default', states: {} } };
    expect(
      checkDomainDefinition({ ...MINIMAL, title: '', resource: {}, features, metadata: [], uuid: undefined }),
    ).toEqual(MINIMAL);
  });

  it('takes objects of other realms and without prototype', () => {
    expect(checkDomainDefinition(Object.assign(Object.create(null) as object, MINIMAL))).toEqual(MINIMAL);
  });

  it('ignores a polluted prototype', () => {
    const polluted = Object.prototype as { title?: string };
    try {
      polluted.title = 'polluted';
      expect(Object.hasOwn(checkDomainDefinition({ ...MINIMAL }), 'title')).toBe(false);
    } finally {
      delete polluted.title;
    }
  });

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /domain is missing/],
    ['null', null, /domain cannot be null/],
    ['a string', '<domain/>', /domain must be an object, not a string/],
    ['an array', [], /domain must be an object, not an array/],
    ['a class instance', new Map(), /domain must be a plain object/],
    ['a date', { ...MINIMAL, title: new Date() }, /domain\.title must be a plain object/],
    ['a getter', getter, /'name' is a getter/],
    ['a proxy that throws', throwing, /domain cannot be read/],
    ['a cycle', { ...MINIMAL, os: cyclic }, /refers to itself/],
    ['a symbol', { ...MINIMAL, [Symbol('x')]: 1 }, /symbol/],
    ['a function', { ...MINIMAL, name: () => 'x' }, /domain\.name cannot be a function/],
    ['a BigInt', { ...MINIMAL, memoryKiB: 1n }, /domain\.memoryKiB cannot be a bigint/],
    ['NaN', { ...MINIMAL, memoryKiB: Number.NaN }, /domain\.memoryKiB must be a finite number, not NaN/],
    ['Infinity', { ...MINIMAL, vcpus: Infinity }, /domain\.vcpus must be a finite number/],
    ['a fraction', { ...MINIMAL, memoryKiB: 1.5 }, /domain\.memoryKiB must be a whole number/],
    ['a negative number', { ...MINIMAL, memoryKiB: -1 }, /domain\.memoryKiB must be a whole number/],
    [
      'a number as text',
      { ...MINIMAL, memoryKiB: '1024' },
      /domain\.memoryKiB must be a number, not a string/,
    ],
    ['a text as number', { ...MINIMAL, name: 5 }, /domain\.name must be a string, not a number/],
    [
      'a boolean as text',
      { ...MINIMAL, features: { privnet: 'yes' } },
      /domain\.features\.privnet must be a boolean/,
    ],
    ['a list as text', { ...MINIMAL, os: { ...MINIMAL.os, initargs: '-c' } }, /initargs must be an array/],
    ['a list with holes', { ...MINIMAL, os: { ...MINIMAL.os, initargs: holes } }, /initargs\[0\] is missing/],
    ['a huge list', { ...MINIMAL, metadata: Array(1e6).fill('') }, /metadata has more than 20000 items/],
    ['a huge sparse list', { ...MINIMAL, metadata: Array(2 ** 32 - 1) }, /more than 20000 items/],
    [
      'a million keys',
      Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i])),
      /more than 20000/,
    ],
    ['a huge text', { ...MINIMAL, title: 'x'.repeat(2 ** 21) }, /too large/],
    ['an unknown property', { ...MINIMAL, memory: 5 }, /unknown property 'memory' in domain/],
    [
      'an unknown property inside',
      { ...MINIMAL, os: { ...MINIMAL.os, kernel: 'x' } },
      /'kernel' in domain\.os/,
    ],
    [
      'an own __proto__',
      JSON.parse('{"type":"lxc","name":"a","memoryKiB":1,"os":{"type":"exe","init":"/a"},"__proto__":{}}'),
      /unknown property '__proto__'/,
    ],
    [
      'usage of a mount',
      { ...MINIMAL, devices: { filesystems: [{ type: 'mount', source: '/a', target: '/b', usageKiB: 1 }] } },
      /'usageKiB' in domain\.devices\.filesystems\[0\]/,
    ],
    [
      'a filesystem without type',
      { ...MINIMAL, devices: { filesystems: [{ source: '/a', target: '/b' }] } },
      /filesystems\[0\]\.type is missing/,
    ],
    ['a console without type', { ...MINIMAL, devices: { consoles: [{}] } }, /consoles\[0\]\.type is missing/],
  ])('refuses %s with INVALID_ARG', (_, value, message) => {
    const failure = describeFailure(() => checkDomainDefinition(value));
    expect(failure).toMatch(/^INVALID_ARG /);
    expect(failure).toMatch(message);
  });

  it.each<[string, object]>([
    ['a control character', { title: 'a\x1b[31m' }],
    ['a lone surrogate', { title: '\udc00' }],
    ['a long value', { description: 'x'.repeat(70_000) }],
  ])('refuses %s with XML_ERROR, since XML could not hold it', (_, part) => {
    expect(describeFailure(() => checkDomainDefinition({ ...MINIMAL, ...part }))).toMatch(
      /^XML_ERROR domain\./,
    );
  });
});
