/** Rules as a BPF program: every verdict of the program is that of the rules. */
import fc from 'fast-check';
import { Assembler } from '../../../../../lib/lxc/security/devices/bpf.js';
import { DEVICE_ACCESSES } from '../../../../../lib/lxc/security/devices/access.js';
import {
  ACCESS_BITS,
  ALLOWED,
  compileDeviceProgram,
  DENIED,
} from '../../../../../lib/lxc/security/devices/program.js';
import { deviceRules, mergeRules, type DeviceRule } from '../../../../../lib/lxc/security/devices/rules.js';
import { question, run } from './interpreter.js';

const allows = (program: Buffer, ...asked: Parameters<typeof question>): boolean =>
  run(program, question(...asked)) === BigInt(ALLOWED);

/** What rules mean, written down a second time and without a thought of programs. */
function isAllowed(
  rules: readonly DeviceRule[],
  ...[kind, major, minor, access]: Parameters<typeof question>
): boolean {
  const granted = rules
    .filter((rule) => rule.kind === kind && rule.major === major && [minor, '*'].includes(rule.minor))
    .map((rule) => rule.access);
  return granted.some((letters) => Array.from(access).every((letter) => letters.includes(letter)));
}

const NUMBERS = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0xfff, 0xfffff));
const RULE: fc.Arbitrary<DeviceRule> = fc.record({
  kind: fc.constantFrom('c', 'b'),
  major: NUMBERS,
  minor: fc.oneof(NUMBERS, fc.constant('*' as const)),
  access: fc.constantFrom(...DEVICE_ACCESSES),
});
const RULES = fc.array(RULE, { maxLength: 12 });
const ACCESS = fc.constantFrom(...DEVICE_ACCESSES);

describe('a device program', () => {
  it('decides as the rules say', () => {
    fc.assert(
      fc.property(
        RULES,
        fc.constantFrom('c', 'b'),
        NUMBERS,
        NUMBERS,
        ACCESS,
        (rules, kind, major, minor, access) => {
          expect(allows(compileDeviceProgram(rules), kind, major, minor, access)).toBe(
            isAllowed(rules, kind, major, minor, access),
          );
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('allows everything that is asked of a rule’s own device, and only that', () => {
    fc.assert(
      fc.property(RULES, RULE, ACCESS, (rules, rule, access) => {
        const minor = rule.minor === '*' ? 7 : rule.minor;
        const all = [...rules, rule];
        const program = compileDeviceProgram(all);
        expect(allows(program, rule.kind, rule.major, minor, rule.access)).toBe(true);
        expect(allows(program, rule.kind, rule.major, minor, access)).toBe(
          isAllowed(all, rule.kind, rule.major, minor, access),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('denies kinds and accesses that mean nothing today', () => {
    const program = compileDeviceProgram([{ kind: 'c', major: 1, minor: 3, access: 'rwm' }]);
    const device = { major: 1, minor: 3 };
    expect(run(program, { ...device, kind: 2, access: 7 })).toBe(BigInt(ALLOWED));
    for (const access of [8, 15, 0x8000, 0xffff])
      expect(run(program, { ...device, kind: 2, access })).toBe(BigInt(DENIED));
    for (const kind of [0, 1, 3, 0x102, 0xffff])
      expect(run(program, { ...device, kind, access: ACCESS_BITS.r })).toBe(BigInt(DENIED));
  });

  it('without rules denies everything', () => {
    const program = compileDeviceProgram([]);
    expect(allows(program, 'c', 1, 3, 'r')).toBe(false);
    expect(allows(program, 'b', 0, 0, 'm')).toBe(false);
  });

  it('compares whole numbers: a device whose number has the same lower bits is another one', () => {
    const program = compileDeviceProgram([{ kind: 'c', major: 1, minor: 3, access: 'rw' }]);
    expect(allows(program, 'c', 0x101, 3, 'r')).toBe(false);
    expect(allows(program, 'c', 1, 0x10003, 'r')).toBe(false);
    expect(allows(program, 'c', 1, 0x80000003, 'r')).toBe(false);
  });

  it('has an exact form', () => {
    const program = compileDeviceProgram([{ kind: 'b', major: 7, minor: '*', access: 'r' }]);
    expect(program.toString('hex').match(/.{16}/gu)).toEqual([
      '6112000000000000', // r2 = access and kind
      '6114040000000000', // r4 = major
      '6115080000000000', // r5 = minor
      'bc23000000000000', // r3 = r2
      '7403000010000000', // r3 >>= 16
      '54020000ffff0000', // r2 &= 0xffff
      '5502060001000000', // if (r2 != block) goto next
      '5504050007000000', // if (r4 != 7) goto next
      'bc31000000000000', // r1 = r3
      '54010000fdffffff', // r1 &= ~read
      '5501020000000000', // if (r1 != 0) goto next
      'b400000001000000', // return 1
      '9500000000000000',
      'b400000000000000', // next: return 0
      '9500000000000000',
    ]);
  });
});

describe('merged rules', () => {
  it('are one a device, and allow together what each of them allows', () => {
    expect(
      mergeRules([
        { kind: 'b', major: 7, minor: 0, access: 'r' },
        { kind: 'c', major: 7, minor: 0, access: 'm' },
        { kind: 'b', major: 7, minor: 0, access: 'w' },
      ]),
    ).toEqual([
      { kind: 'b', major: 7, minor: 0, access: 'rw' },
      { kind: 'c', major: 7, minor: 0, access: 'm' },
    ]);
  });

  it('allow nothing that no rule names', () => {
    fc.assert(
      fc.property(RULES, fc.constantFrom('c', 'b'), NUMBERS, NUMBERS, (rules, kind, major, minor) => {
        const merged = mergeRules(rules);
        for (const letter of ['r', 'w', 'm']) {
          const before = rules.some((rule) => isAllowed([rule], kind, major, minor, letter));
          expect(isAllowed(merged, kind, major, minor, letter)).toBe(before);
        }
      }),
    );
  });
});

describe('the rules of a container', () => {
  const program = compileDeviceProgram(deviceRules([], []));

  it.each([
    ['null', 1, 3],
    ['zero', 1, 5],
    ['full', 1, 7],
    ['random', 1, 8],
    ['urandom', 1, 9],
    ['tty', 5, 0],
    ['console', 5, 1],
    ['ptmx', 5, 2],
    ['a terminal', 136, 0],
    ['the last terminal', 136, 0xfffff],
  ])('let it use %s (%i:%i), and not make it', (_, major, minor) => {
    for (const access of ['r', 'w', 'rw']) expect(allows(program, 'c', major, minor, access)).toBe(true);
    for (const access of ['m', 'rm', 'rwm']) expect(allows(program, 'c', major, minor, access)).toBe(false);
    expect(allows(program, 'b', major, minor, 'r')).toBe(false);
  });

  it.each([
    ['mem', 'c', 1, 1],
    ['kmem', 'c', 1, 2],
    ['port', 'c', 1, 4],
    ['kmsg', 'c', 1, 11],
    ['fuse', 'c', 10, 229],
    ['tun', 'c', 10, 200],
    ['kvm', 'c', 10, 232],
    ['loop-control', 'c', 10, 237],
    ['the first SCSI disk', 'b', 8, 0],
    ['a virtio disk', 'b', 254, 0],
    ['a loop device', 'b', 7, 0],
  ] as const)('keep %s out of reach', (_, kind, major, minor) => {
    for (const access of DEVICE_ACCESSES) expect(allows(program, kind, major, minor, access)).toBe(false);
  });

  it('let a container that keeps CAP_MKNOD make only what it may use', () => {
    const node = { kind: 'b', major: 7, minor: 3, path: '/dev/vda', readonly: true, origin: '' } as const;
    const makes = compileDeviceProgram(deviceRules(['mknod'], [node]));
    expect(allows(makes, 'c', 1, 3, 'rwm')).toBe(true);
    expect(allows(makes, 'b', 7, 3, 'rm')).toBe(true);
    expect(allows(makes, 'b', 7, 3, 'w')).toBe(false);
    for (const [kind, major, minor] of [
      ['b', 8, 0],
      ['b', 254, 0],
      ['c', 1, 1],
      ['c', 1, 11],
      ['c', 10, 229],
    ] as const)
      for (const access of DEVICE_ACCESSES) expect(allows(makes, kind, major, minor, access)).toBe(false);
  });

  it('give exactly the device that is named, as it is named', () => {
    const rules = deviceRules(
      [],
      [
        { kind: 'b', major: 7, minor: 3, path: '/dev/vda', readonly: true, origin: '' },
        { kind: 'c', major: 13, minor: 64, path: '/dev/input/event0', readonly: false, origin: '' },
      ],
    );
    const own = compileDeviceProgram(rules);
    expect(allows(own, 'b', 7, 3, 'r')).toBe(true);
    for (const access of ['w', 'rw', 'm', 'rm']) expect(allows(own, 'b', 7, 3, access)).toBe(false);
    expect(allows(own, 'c', 13, 64, 'rw')).toBe(true);
    for (const minor of [0, 63, 65]) expect(allows(own, 'c', 13, minor, 'r')).toBe(false);
    for (const minor of [0, 2, 4]) expect(allows(own, 'b', 7, minor, 'r')).toBe(false);
    expect(allows(own, 'b', 13, 64, 'r')).toBe(false);
  });
});

test('a number that no instruction can hold is refused, not cut', () => {
  const label = { jumps: [] };
  expect(() => new Assembler().jumpUnlessEqual(2, 0x1_0000_0000, label).place(label).encode()).toThrow(
    'out of range',
  );
});
