/** Device rules as a BPF program of a cgroup of version 2. */
import { Assembler, type Label, type Register } from './bpf.js';
import { ACCESS_LETTERS, type DeviceAccess } from './access.js';
import type { DeviceRule } from './rules.js';

/** Offsets in the kernel's `struct bpf_cgroup_dev_ctx`, what the program is asked about. */
export const CONTEXT = { accessAndKind: 0, major: 4, minor: 8 } as const;
/** The lower 16 bits of `accessAndKind`. */
export const KINDS = { b: 1, c: 2 } as const;
/** The upper 16 bits: any of these. */
export const ACCESS_BITS = { m: 1, r: 2, w: 4 } as const;
export const ALLOWED = 1;
export const DENIED = 0;

const RESULT: Register = 0;
/** The context, until its parts have been taken out; free after that. */
const SCRATCH: Register = 1;
const KIND: Register = 2;
const ACCESS: Register = 3;
const MAJOR: Register = 4;
const MINOR: Register = 5;

/** The program that allows what one of the rules allows, and nothing else. */
export function compileDeviceProgram(rules: readonly DeviceRule[]): Buffer {
  const program = new Assembler()
    .loadWord(KIND, SCRATCH, CONTEXT.accessAndKind)
    .loadWord(MAJOR, SCRATCH, CONTEXT.major)
    .loadWord(MINOR, SCRATCH, CONTEXT.minor)
    .move(ACCESS, KIND)
    .shiftRightImmediate(ACCESS, 16)
    .andImmediate(KIND, 0xffff);
  for (const rule of rules) addRule(program, rule);
  return program.moveImmediate(RESULT, DENIED).exit().encode();
}

function addRule(program: Assembler, { kind, major, minor, access }: DeviceRule): void {
  const next: Label = { jumps: [] };
  program.jumpUnlessEqual(KIND, KINDS[kind], next).jumpUnlessEqual(MAJOR, major, next);
  if (minor !== '*') program.jumpUnlessEqual(MINOR, minor, next);
  // What is asked for beyond what is allowed. Also of bits that mean nothing yet: they are denied.
  program
    .move(SCRATCH, ACCESS)
    .andImmediate(SCRATCH, ~accessBits(access))
    .jumpUnlessEqual(SCRATCH, 0, next)
    .moveImmediate(RESULT, ALLOWED)
    .exit()
    .place(next);
}

/** `rw` as bits. */
export function accessBits(access: DeviceAccess): number {
  return ACCESS_LETTERS.reduce(
    (bits, letter) => (access.includes(letter) ? bits | ACCESS_BITS[letter] : bits),
    0,
  );
}
