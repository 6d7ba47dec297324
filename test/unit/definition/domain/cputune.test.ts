import {
  checked,
  linesOf,
  parsed,
  printed,
  refusals,
  refusedObject,
  refusedXml,
  type Refused,
} from './tuning.js';

const inside = (text: string): string => `<vcpu>4</vcpu><cputune>${text}</cputune>`;
const tuned = (cputune: object): object => ({ vcpus: 4, cputune });
const PERIODS = [
  ['period', 'periodMicroseconds'],
  ['global_period', 'globalPeriodMicroseconds'],
  ['emulator_period', 'emulatorPeriodMicroseconds'],
  ['iothread_period', 'iothreadPeriodMicroseconds'],
] as const;
const QUOTAS = [
  ['quota', 'quotaMicroseconds'],
  ['global_quota', 'globalQuotaMicroseconds'],
  ['emulator_quota', 'emulatorQuotaMicroseconds'],
  ['iothread_quota', 'iothreadQuotaMicroseconds'],
] as const;

describe('cputune', () => {
  it("is printed in libvirt's order", () => {
    const cputune = {
      memorytunes: [{ vcpus: '0', nodes: [{ id: 0, bandwidth: 60 }], monitors: [{ vcpus: '0' }] }],
      cachetunes: [
        {
          vcpus: '1,0',
          monitors: [{ level: 3, vcpus: '1' }],
          caches: [{ id: 0, level: 3, type: 'both', sizeKiB: 3072 }],
        },
      ],
      iothreadscheds: [{ iothreads: '2', scheduler: 'batch' }],
      vcpuscheds: [{ vcpus: '0-1', scheduler: 'fifo', priority: 5 }],
      emulatorsched: { scheduler: 'rr', priority: 1 },
      iothreadpins: [{ iothread: 1, cpuset: '3' }],
      emulatorpin: '0-1',
      vcpupins: [
        { vcpu: 1, cpuset: '2,0' },
        { vcpu: 0, cpuset: '0-3,^1' },
      ],
      iothreadQuotaMicroseconds: 8000,
      iothreadPeriodMicroseconds: 7000,
      emulatorQuotaMicroseconds: 6000,
      emulatorPeriodMicroseconds: 5000,
      globalQuotaMicroseconds: 4000,
      globalPeriodMicroseconds: 3000,
      quotaMicroseconds: -1,
      periodMicroseconds: 1000,
      shares: 2048,
    };
    expect(linesOf(printed(tuned(cputune)), 'cputune')).toEqual([
      '<cputune>',
      '<shares>2048</shares>',
      '<period>1000</period>',
      '<quota>-1</quota>',
      '<global_period>3000</global_period>',
      '<global_quota>4000</global_quota>',
      '<emulator_period>5000</emulator_period>',
      '<emulator_quota>6000</emulator_quota>',
      '<iothread_period>7000</iothread_period>',
      '<iothread_quota>8000</iothread_quota>',
      "<vcpupin vcpu='0' cpuset='0,2-3'/>",
      "<vcpupin vcpu='1' cpuset='0,2'/>",
      "<emulatorpin cpuset='0-1'/>",
      "<iothreadpin iothread='1' cpuset='3'/>",
      "<emulatorsched scheduler='rr' priority='1'/>",
      "<vcpusched vcpus='0' scheduler='fifo' priority='5'/>",
      "<vcpusched vcpus='1' scheduler='fifo' priority='5'/>",
      "<iothreadsched iothreads='2' scheduler='batch'/>",
      "<cachetune vcpus='0-1'>",
      "<cache id='0' level='3' type='both' size='3' unit='MiB'/>",
      "<monitor level='3' vcpus='1'/>",
      '</cachetune>',
      "<memorytune vcpus='0'>",
      "<node id='0' bandwidth='60'/>",
      "<monitor vcpus='0'/>",
      '</memorytune>',
      '</cputune>',
    ]);
  });

  it.each([...PERIODS, ...QUOTAS])('takes a <%s> of 0 as absent', (element, key) => {
    expect(parsed(inside(`<${element}>0</${element}>`))).not.toHaveProperty('cputune');
    expect(checked(tuned({ [key]: 0 }))).not.toHaveProperty('cputune');
  });

  it.each(PERIODS)('takes a <%s> from 1000 to 1000000 only', (element, key) => {
    for (const good of [1000, 1_000_000])
      expect(checked(tuned({ [key]: good })).cputune).toEqual({ [key]: good });
    for (const bad of [1, 999, 1_000_001]) {
      for (const failure of refusals(inside(`<${element}>${bad}</${element}>`), tuned({ [key]: bad }))) {
        expect(failure).toBe(
          `CONFIG_UNSUPPORTED Value of cputune '${element}' must be in range [1000, 1000000], not '${bad}'`,
        );
      }
    }
  });

  it.each(QUOTAS)('takes a <%s> from 1000 to 17592186044415, or below 0', (element, key) => {
    for (const good of [1000, 17_592_186_044_415, -1, -5]) {
      expect(parsed(inside(`<${element}>${good}</${element}>`)).cputune).toEqual({ [key]: good });
      expect(checked(tuned({ [key]: good })).cputune).toEqual({ [key]: good });
    }
    for (const bad of [1, 999, 17_592_186_044_416]) {
      for (const failure of refusals(inside(`<${element}>${bad}</${element}>`), tuned({ [key]: bad }))) {
        expect(failure).toMatch(
          /^CONFIG_UNSUPPORTED Value of cputune '\w+' must be in range \[1000, 17592186044415\]/,
        );
      }
    }
  });

  it('takes shares from 2 to 262144 only', () => {
    for (const good of [2, 262_144])
      expect(checked(tuned({ shares: good })).cputune).toEqual({ shares: good });
    for (const bad of [0, 1, 262_145]) {
      for (const failure of refusals(inside(`<shares>${bad}</shares>`), tuned({ shares: bad }))) {
        expect(failure).toBe(
          `CONFIG_UNSUPPORTED Value of cputune 'shares' must be in range [2, 262144], not '${bad}'`,
        );
      }
    }
  });

  it('leaves out pins of CPUs that the domain does not have, as libvirt does', () => {
    expect(parsed(inside("<vcpupin vcpu='4' cpuset='0'/>"))).not.toHaveProperty('cputune');
    expect(
      checked(
        tuned({
          vcpupins: [
            { vcpu: 4, cpuset: '0' },
            { vcpu: 3, cpuset: '1' },
          ],
        }),
      ).cputune,
    ).toEqual({
      vcpupins: [{ vcpu: 3, cpuset: '1' }],
    });
  });

  it('leaves out the pin of the emulator where the host chooses CPUs, as libvirt does', () => {
    const auto = "<vcpu placement='auto'>4</vcpu><cputune><emulatorpin cpuset='1'/></cputune>";
    expect(parsed(auto)).not.toHaveProperty('cputune');
  });

  it('ignores a priority of a scheduler that has none, as libvirt does, but not in an object', () => {
    const sched = "<emulatorsched scheduler='idle' priority='3'/>";
    expect(parsed(inside(sched)).cputune).toEqual({ emulatorsched: { scheduler: 'idle' } });
    expect(refusedObject(tuned({ emulatorsched: { scheduler: 'idle', priority: 3 } }))).toBe(
      "INVALID_ARG unknown property 'priority' in domain.cputune.emulatorsched",
    );
  });

  it.each([
    [1, '1', 'KiB'],
    [1025, '1025', 'KiB'],
    [2048, '2', 'MiB'],
    [1024 * 1024, '1', 'GiB'],
    [0, '0', 'KiB'],
  ])('prints a cache of %d KiB as %s %s', (sizeKiB, size, unit) => {
    const cachetunes = [{ vcpus: '0', caches: [{ id: 0, level: 3, type: 'code', sizeKiB }] }];
    expect(printed(tuned({ cachetunes }))).toContain(` size='${size}' unit='${unit}'/>`);
  });

  it.each<Refused>([
    [
      'a pin without CPU',
      inside("<vcpupin cpuset='0'/>"),
      tuned({ vcpupins: [{ cpuset: '0' }] }),
      /^XML_ERROR Missing attribute 'vcpu' in element <vcpupin>/,
    ],
    [
      'a pin without cpuset',
      inside("<iothreadpin iothread='1'/>"),
      tuned({ iothreadpins: [{ iothread: 1 }] }),
      /^XML_ERROR Missing attribute 'cpuset' in element <iothreadpin>/,
    ],
    [
      'two pins of a CPU',
      inside("<vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='0' cpuset='1'/>"),
      tuned({
        vcpupins: [
          { vcpu: 0, cpuset: '0' },
          { vcpu: 0, cpuset: '1' },
        ],
      }),
      /^XML_ERROR duplicate vcpupin for vcpu '0'/,
    ],
    [
      'two pins of an I/O thread',
      inside("<iothreadpin iothread='1' cpuset='0'/><iothreadpin iothread='1' cpuset='1'/>"),
      tuned({
        iothreadpins: [
          { iothread: 1, cpuset: '0' },
          { iothread: 1, cpuset: '1' },
        ],
      }),
      /^XML_ERROR duplicate iothreadpin for iothread '1'/,
    ],
    [
      'I/O thread 0',
      inside("<iothreadpin iothread='0' cpuset='0'/>"),
      tuned({ iothreadpins: [{ iothread: 0, cpuset: '0' }] }),
      /^XML_ERROR zero is an invalid iothread id value/,
    ],
    [
      'an empty pin',
      inside("<emulatorpin cpuset='0,^0'/>"),
      tuned({ emulatorpin: '0,^0' }),
      /^CONFIG_UNSUPPORTED Invalid value of 'cpuset': '0,\^0' in <emulatorpin>/,
    ],
    [
      'an unknown scheduler',
      inside("<vcpusched vcpus='0' scheduler='other'/>"),
      tuned({ vcpuscheds: [{ vcpus: '0', scheduler: 'other' }] }),
      /^XML_ERROR unknown value for attribute 'scheduler' of <vcpusched> 'other': must be batch, idle, fifo or rr/,
    ],
    [
      'no scheduler',
      inside('<emulatorsched/>'),
      tuned({ emulatorsched: {} }),
      /^XML_ERROR Missing scheduler attribute/,
    ],
    [
      'a real-time scheduler without priority',
      inside("<iothreadsched iothreads='1' scheduler='rr'/>"),
      tuned({ iothreadscheds: [{ iothreads: '1', scheduler: 'rr' }] }),
      /^XML_ERROR Missing scheduler priority: attribute 'priority' of <iothreadsched>/,
    ],
    [
      'a scheduler for nothing',
      inside("<vcpusched scheduler='batch'/>"),
      tuned({ vcpuscheds: [{ scheduler: 'batch' }] }),
      /^XML_ERROR Missing attribute 'vcpus' in element <vcpusched>/,
    ],
    [
      'schedulers that overlap',
      inside("<vcpusched vcpus='0-1' scheduler='batch'/><vcpusched vcpus='1' scheduler='idle'/>"),
      tuned({
        vcpuscheds: [
          { vcpus: '0-1', scheduler: 'batch' },
          { vcpus: '1', scheduler: 'idle' },
        ],
      }),
      /^XML_ERROR vcpusched attributes 'vcpus' must not overlap/,
    ],
    [
      'a scheduler of a CPU that the domain does not have',
      inside("<vcpusched vcpus='4' scheduler='batch'/>"),
      tuned({ vcpuscheds: [{ vcpus: '4', scheduler: 'batch' }] }),
      /^XML_ERROR vcpu '4' of <vcpusched> is not present in domain definition/,
    ],
    [
      'an unknown type of cache',
      inside("<cachetune vcpus='0'><cache id='0' level='3' type='l' size='1'/></cachetune>"),
      tuned({ cachetunes: [{ vcpus: '0', caches: [{ id: 0, level: 3, type: 'l', sizeKiB: 1 }] }] }),
      /^XML_ERROR unknown value for attribute 'type' of <cache> 'l': must be both, code or data/,
    ],
    [
      'a cache without size',
      inside("<cachetune vcpus='0'><cache id='0' level='3' type='both'/></cachetune>"),
      tuned({ cachetunes: [{ vcpus: '0', caches: [{ id: 0, level: 3, type: 'both' }] }] }),
      /^XML_ERROR Missing attribute 'size' in element <cache>/,
    ],
    [
      'memory bandwidth of no CPU',
      inside("<memorytune><node id='0' bandwidth='1'/></memorytune>"),
      tuned({ memorytunes: [{ nodes: [{ id: 0, bandwidth: 1 }] }] }),
      /^XML_ERROR Missing attribute 'vcpus' in element <memorytune>/,
    ],
  ])('refuses %s', (_, rest, part, expected) => {
    for (const failure of refusals(rest, part)) expect(failure).toMatch(expected);
  });

  it('refuses two <emulatorpin>, and one without cpuset', () => {
    const one = "<emulatorpin cpuset='0'/>";
    expect(refusedXml(inside(one + one))).toBe('XML_ERROR only one emulatorpin is supported');
    expect(refusedXml(inside('<emulatorpin/>'))).toMatch(/^XML_ERROR Missing attribute 'cpuset'/);
  });
});
