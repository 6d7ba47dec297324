import fc from 'fast-check';
import { optional } from './optional.js';

const sizeKiB = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const cpuset = fc
  .uniqueArray(fc.integer({ min: 0, max: 16383 }), { minLength: 1, maxLength: 8 })
  .map((numbers) => numbers.join(','));
const range = (min: number, max: number): fc.Arbitrary<number | undefined> =>
  optional(fc.integer({ min, max }));
const period = range(1000, 1_000_000);
const quota = optional(
  fc.oneof(fc.integer({ min: 1000, max: 17_592_186_044_415 }), fc.integer({ min: -5, max: 0 })),
);
const scheduler = fc.oneof(
  fc.record({ scheduler: fc.constantFrom('batch', 'idle') }),
  fc.record({ scheduler: fc.constantFrom('fifo', 'rr'), priority: fc.integer({ min: 0, max: 99 }) }),
);
const pins = (key: string, min: number): fc.Arbitrary<readonly object[] | undefined> =>
  optional(
    fc.uniqueArray(fc.record({ [key]: fc.integer({ min, max: 9 }), cpuset }), {
      selector: (pin) => pin[key],
    }),
  );

/** Definitions of this family, with values that are hard to print. */
export const tuning = fc.record({
  memoryDumpCore: optional(fc.boolean()),
  vcpus: fc.integer({ min: 1, max: 8 }),
  cpuset: optional(cpuset),
  vcpuPlacement: optional(fc.constantFrom('static', 'auto')),
  memtune: optional(
    fc.record({
      hardLimitKiB: optional(fc.integer({ min: 0, max: 1000 })),
      softLimitKiB: optional(sizeKiB),
      minGuaranteeKiB: optional(sizeKiB),
      swapHardLimitKiB: optional(fc.integer({ min: 1000, max: Number.MAX_SAFE_INTEGER })),
    }),
  ),
  blkiotune: optional(
    fc.record({
      weight: range(0, 10_000),
      devices: optional(
        fc.uniqueArray(
          fc.record({
            path: fc.stringMatching(/^\/[a-z<'&]{1,5}$/u),
            weight: range(0, 10_000),
            readIopsSec: range(0, 0xffff_ffff),
            writeBytesSec: optional(sizeKiB),
          }),
          { selector: ({ path }) => path },
        ),
      ),
    }),
  ),
  memoryBacking: optional(
    fc.record({
      hugepages: optional(
        fc.record({
          pages: optional(fc.array(fc.record({ sizeKiB: fc.integer({ min: 1 }) }), { maxLength: 1 })),
        }),
      ),
      nosharepages: optional(fc.boolean()),
      locked: optional(fc.boolean()),
      discard: optional(fc.boolean()),
      source: optional(fc.constantFrom('file', 'anonymous', 'memfd')),
      access: optional(fc.constantFrom('shared', 'private')),
      allocation: optional(
        fc.record({
          mode: optional(fc.constantFrom('immediate', 'ondemand')),
          threads: range(0, 0xffff_ffff),
        }),
      ),
    }),
  ),
  cputune: optional(
    fc.record({
      shares: range(2, 262_144),
      periodMicroseconds: period,
      quotaMicroseconds: quota,
      globalPeriodMicroseconds: period,
      iothreadQuotaMicroseconds: quota,
      vcpupins: pins('vcpu', 0),
      iothreadpins: pins('iothread', 1),
      emulatorpin: optional(cpuset),
      emulatorsched: optional(scheduler),
      vcpuscheds: optional(scheduler.map((one) => [{ ...one, vcpus: '0' }])),
      iothreadscheds: optional(scheduler.map((one) => [{ ...one, iothreads: '3,1-2' }])),
      cachetunes: optional(
        fc.array(
          fc.record({
            vcpus: cpuset,
            caches: fc.array(
              fc.record({
                id: fc.nat(9),
                level: fc.nat(9),
                type: fc.constantFrom('both', 'code', 'data'),
                sizeKiB,
              }),
            ),
          }),
          { maxLength: 2 },
        ),
      ),
    }),
  ),
  numatune: optional(
    fc.record({
      memory: fc.oneof(
        fc.record({
          mode: optional(fc.constantFrom('strict', 'preferred', 'interleave', 'restrictive')),
          nodeset: cpuset,
          placement: optional(fc.constantFrom('static', 'auto')),
        }),
        fc.record({ placement: fc.constant('auto') }),
        fc.constant({}),
      ),
    }),
  ),
  resource: optional(fc.record({ fibrechannelAppid: optional(fc.stringMatching(/^[ -~]{1,128}$/u)) })),
});
