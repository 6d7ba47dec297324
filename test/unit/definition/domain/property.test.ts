import fc from 'fast-check';
import {
  CAPABILITIES,
  checkDomainDefinition,
  completeDomain,
  formatDomain,
  parseDomain,
  validateDomain,
} from '../../../../lib/definition/domain/index.js';
import { VirtError } from '../../../../lib/errors.js';
import { domainXml, HOST, MINIMAL } from '../documents.js';

const text = fc.string({
  unit: fc.constantFrom(...Array.from('ab1 <>&\'"\t\n€😀=_')),
  minLength: 1,
  maxLength: 20,
});
const path = fc
  .array(fc.stringMatching(/^[a-z<'& €]{1,8}$/u), { maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const size = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const filesystem = fc.oneof(
  fc.record({ type: fc.constant('mount'), source: path, target: path, readonly: optional(fc.boolean()) }),
  fc.record({
    type: fc.constant('bind'),
    source: path,
    target: path,
    accessmode: optional(fc.constant('squash')),
  }),
  fc.record({ type: fc.constant('ram'), usageKiB: size, target: path }),
);
const name = fc.stringMatching(/^[a-z<'&€][a-z0-9 .]{0,9}$/u);
const count = fc.integer({ min: 1, max: 1000 });
const idmapEntries = fc
  .array(count, { minLength: 1, maxLength: 5 })
  .map((counts) =>
    counts.map((length, index) => ({ start: index * 1000, target: index * 2000, count: length })),
  );
const timer = fc.record({
  name: fc.constantFrom('rtc', 'tsc', 'hpet'),
  present: optional(fc.boolean()),
  frequencyHz: optional(fc.nat()),
  catchup: optional(fc.record({ slew: optional(fc.nat({ max: 3 })) })),
});
const timers = optional(fc.array(timer, { maxLength: 2 }));
const clock = fc.oneof(
  fc.record({
    offset: fc.constantFrom('utc', 'localtime'),
    adjustment: optional(fc.constant('reset')),
    timers,
  }),
  fc.record({ offset: fc.constant('variable'), adjustmentSeconds: optional(fc.maxSafeInteger()), timers }),
  fc.record({ offset: fc.constant('timezone'), timezone: text, timers }),
  fc.record({ offset: fc.constant('absolute'), startEpochSeconds: fc.maxSafeNat(), timers }),
);
const seclabel = fc.oneof(
  fc.record({ type: fc.constantFrom('none', 'dynamic'), model: optional(fc.constant('dac')) }),
  fc.record({
    type: fc.constant('static'),
    model: fc.constant('dac'),
    label: text,
    relabel: optional(fc.boolean()),
  }),
);
const definition = fc.record({
  type: fc.constant('lxc'),
  name,
  uuid: optional(fc.uuid({ version: 4 })),
  description: optional(text),
  metadata: optional(fc.constantFrom([`<a:b xmlns:a='u'>x\n</a:b>`], [])),
  memoryKiB: size,
  currentMemoryKiB: optional(size),
  vcpus: optional(fc.integer({ min: 1, max: 16384 })),
  resource: optional(fc.record({ partition: optional(path) })),
  os: fc.record({
    type: fc.constant('exe'),
    arch: optional(fc.constantFrom('x86_64', 'i686')),
    init: path,
    initargs: optional(fc.array(text)),
    initenv: optional(
      fc.array(fc.record({ name: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/u), value: text })),
    ),
    inituser: optional(fc.constantFrom('root', '+5', '1000')),
  }),
  features: optional(
    fc.record({
      privnet: optional(fc.boolean()),
      acpi: optional(fc.boolean()),
      nestedHv: optional(fc.boolean()),
      kept: optional(fc.shuffledSubarray(['<apic/>', '<kvm/>'])),
      capabilities: optional(
        fc.record({
          policy: fc.constantFrom('default', 'allow', 'deny'),
          states: fc.dictionary(fc.constantFrom(...CAPABILITIES), fc.constantFrom('on', 'off')),
        }),
      ),
    }),
  ),
  onCrash: optional(fc.constantFrom('preserve', 'coredump-destroy')),
  devices: optional(
    fc.record({ filesystems: fc.array(filesystem), consoles: fc.array(fc.constant({ type: 'pty' })) }),
  ),
  genid: optional(fc.uuid({ version: 4 })),
  idmap: optional(fc.record({ uids: idmapEntries, gids: idmapEntries })),
  clock: optional(clock),
  seclabels: optional(fc.array(seclabel, { maxLength: 1 })),
  lxcNamespace: optional(
    fc.record({
      sharenet: optional(fc.record({ type: fc.constantFrom('netns', 'name'), value: name })),
      shareipc: optional(fc.constant({ type: 'pid', value: '1' })),
    }),
  ),
  kept: optional(fc.shuffledSubarray(['<pm/>', "<cpu mode='host-model'/>", '<iothreads>2</iothreads>'])),
});

describe('definitions and their XML', () => {
  it('any definition is printed to XML that means the same, and printing that again gives the same text', () => {
    fc.assert(
      fc.property(definition, (value) => {
        const complete = completeDomain(checkDomainDefinition(value), HOST);
        validateDomain(complete, HOST);
        const xml = formatDomain(complete);
        const parsed = completeDomain(parseDomain(xml, { validate: true }), HOST);
        expect(parsed).toEqual(complete);
        expect(formatDomain(parsed)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });

  it('damaged XML is parsed or refused with a VirtError, and the same way twice', () => {
    const seed = domainXml({
      rest: `<features><privnet/><capabilities policy='deny'><kill state='on'/></capabilities></features>
        <metadata><a:b xmlns:a='u'>x</a:b></metadata>
        <devices><filesystem type='ram'><source usage='1' units='MiB'/><target dir='/a'/></filesystem><console type='pty'/></devices>`,
    });
    const splice = fc.constantFrom(
      '<',
      '>',
      '/',
      "'",
      '&',
      '<a>',
      '</a>',
      '<![CDATA[',
      '-->',
      '\0',
      '__proto__',
      ' xmlns=""',
      '9'.repeat(30),
    );
    fc.assert(
      fc.property(fc.nat(seed.length), fc.nat(12), splice, (at, length, inserted) => {
        const damaged = seed.slice(0, at) + inserted + seed.slice(at + length);
        expect(outcome(() => parseDomain(damaged))).toEqual(outcome(() => parseDomain(damaged)));
      }),
      { numRuns: 1000 },
    );
  });

  it('any value at all is checked or refused with a VirtError', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(MINIMAL), 'devices', 'features', 'metadata'),
        anything,
        (key, value) => {
          outcome(() => checkDomainDefinition(value));
          outcome(() => checkDomainDefinition({ ...MINIMAL, [key]: value }));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof VirtError) return error.code;
    throw error;
  }
}
