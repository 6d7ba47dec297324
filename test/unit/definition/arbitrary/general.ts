import fc from 'fast-check';
import { CAPABILITIES } from '../../../../lib/definition/domain/index.js';
import { optional } from './optional.js';

const text = fc.string({
  unit: fc.constantFrom(...Array.from('ab1 <>&\'"\t\n€😀=_')),
  minLength: 1,
  maxLength: 20,
});
const path = fc
  .array(fc.stringMatching(/^[a-z<'& €]{1,8}$/u), { maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);
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
/** Definitions of this family, with values that are hard to print. */
export const general = fc.record({
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
