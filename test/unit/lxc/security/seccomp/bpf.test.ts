/** The interpreter: what it runs, and what it refuses to run. */
import {
  BadProgram,
  MAX_INSTRUCTIONS,
  OPCODE,
  decodeProgram,
  encodeProgram,
  runProgram,
  seccompData,
  type Instruction,
} from '../../../../../lib/lxc/security/seccomp/bpf';

const step = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k });
const call = {
  audit: 0xc000003e,
  number: 0xffffffff,
  args: [0x8000000100000002n, 0n, 0n, 0n, 0n, (1n << 64n) - 1n],
};

function run(...program: Instruction[]): number {
  return runProgram(decodeProgram(encodeProgram(program)), seccompData(call));
}

test.each([
  [0, 0xffffffff],
  [4, 0xc000003e],
  [8, 0],
  [16, 2],
  [20, 0x80000001],
  [56, 0xffffffff],
  [60, 0xffffffff],
])('a load from %d sees 0x%x', (offset, value) => {
  expect(
    run(
      step(OPCODE.LOAD, offset),
      step(OPCODE.IF_EQUAL, value, 0, 1),
      step(OPCODE.RETURN, 1),
      step(OPCODE.RETURN, 2),
    ),
  ).toBe(1);
});

// The number is 0xffffffff: every comparison has to be one without a sign.
test.each([
  ['IF_EQUAL', 0xffffffff, 1],
  ['IF_EQUAL', 0, 2],
  ['IF_GREATER', 0xfffffffe, 1],
  ['IF_GREATER', 0xffffffff, 2],
  ['IF_GREATER_OR_EQUAL', 0xffffffff, 1],
  ['IF_ANY_BIT', 0x80000000, 1],
  ['IF_ANY_BIT', 0, 2],
] as const)('%s 0x%x', (name, k, expected) => {
  expect(
    run(step(OPCODE.LOAD, 0), step(OPCODE[name], k, 0, 1), step(OPCODE.RETURN, 1), step(OPCODE.RETURN, 2)),
  ).toBe(expected);
});

test('a mask keeps the highest bit without a sign, and a jump skips', () => {
  expect(
    run(
      step(OPCODE.LOAD, 0),
      step(OPCODE.AND, 0x80000000),
      step(OPCODE.JUMP, 1),
      step(OPCODE.RETURN, 3),
      step(OPCODE.IF_EQUAL, 0x80000000, 0, 1),
      step(OPCODE.RETURN, 0x7fff0000),
      step(OPCODE.RETURN, 0),
    ),
  ).toBe(0x7fff0000);
});

const ret = step(OPCODE.RETURN, 0);
test.each<[string, Instruction[]]>([
  ['nothing', []],
  ['a load beyond the data', [step(OPCODE.LOAD, 64), ret]],
  ['a load across words', [step(OPCODE.LOAD, 2), ret]],
  ['an end without a verdict', [step(OPCODE.LOAD, 0)]],
  ['a mask at the end', [step(OPCODE.AND, 0)]],
  ['a jump out', [step(OPCODE.JUMP, 1), ret]],
  ['a jump that wraps', [step(OPCODE.JUMP, 0xffffffff), ret]],
  ['a branch out', [step(OPCODE.IF_EQUAL, 0, 0, 1), ret]],
  ['a return of the accumulator', [step(0x16, 0), ret]],
  ['a load that is indirect', [step(0x40, 0), ret]],
  ['too many instructions', Array.from({ length: MAX_INSTRUCTIONS + 1 }, () => ret)],
])('refuses %s', (_, program) => {
  expect(() => decodeProgram(encodeProgram(program))).toThrow(BadProgram);
});

test('refuses half an instruction', () => {
  expect(() => decodeProgram(Buffer.alloc(12))).toThrow(BadProgram);
});
