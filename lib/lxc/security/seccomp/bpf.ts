/**
 * An interpreter of the classic BPF programs that seccomp takes, as far as libseccomp writes them: loads of words,
 * masks, forward jumps, returns. Anything else is refused, not guessed.
 * @see https://docs.kernel.org/networking/filter.html and https://docs.kernel.org/userspace-api/seccomp_filter.html
 */
import type { Action } from './abi.js';
import type { SystemCall } from './rules.js';

/** `BPF_MAXINSNS`: the kernel takes no longer program. */
export const MAX_INSTRUCTIONS = 4096;
export const INSTRUCTION_BYTES = 8;

/** The kernel's `struct sock_filter`. */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip when the comparison is true. */
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

export const OPCODE = {
  /** BPF_LD | BPF_W | BPF_ABS */
  LOAD: 0x20,
  /** BPF_ALU | BPF_AND | BPF_K */
  AND: 0x54,
  /** BPF_JMP | BPF_JA */
  JUMP: 0x05,
  /** BPF_JMP | BPF_JEQ | BPF_K */
  IF_EQUAL: 0x15,
  IF_GREATER: 0x25,
  IF_GREATER_OR_EQUAL: 0x35,
  IF_ANY_BIT: 0x45,
  /** BPF_RET | BPF_K */
  RETURN: 0x06,
} as const;

/** Where the parts of a call are in the kernel's `struct seccomp_data`, in words of a little-endian machine. */
const DATA_WORDS = 16;
const NUMBER_WORD = 0;
const AUDIT_WORD = 1;
const FIRST_ARGUMENT_WORD = 4;
const ARGUMENTS = 6;
export const NUMBER_OFFSET = NUMBER_WORD * 4;
export const AUDIT_OFFSET = AUDIT_WORD * 4;

/** A program that cannot be what was asked for. */
export class BadProgram extends Error {}

/** @throws BadProgram when these bytes are no program that the interpreter knows to be safe */
export function decodeProgram(bytes: Buffer): readonly Instruction[] {
  const count = bytes.length / INSTRUCTION_BYTES;
  if (!Number.isInteger(count) || count === 0) throw new BadProgram(`${bytes.length} bytes are no program`);
  if (count > MAX_INSTRUCTIONS) {
    throw new BadProgram(`${count} instructions, the kernel takes ${MAX_INSTRUCTIONS}`);
  }
  const program = Array.from({ length: count }, (_, index) => {
    const at = index * INSTRUCTION_BYTES;
    return {
      code: bytes.readUInt16LE(at),
      jt: bytes.readUInt8(at + 2),
      jf: bytes.readUInt8(at + 3),
      k: bytes.readUInt32LE(at + 4),
    };
  });
  program.forEach((instruction, index) => {
    checkInstruction(instruction, index, count);
  });
  return program;
}

export function encodeProgram(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(({ code, jt, jf, k }, index) => {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(jt, at + 2);
    bytes.writeUInt8(jf, at + 3);
    bytes.writeUInt32LE(k, at + 4);
  });
  return bytes;
}

/** With all of these true no run can leave the program, or last for ever. */
function checkInstruction({ code, jt, jf, k }: Instruction, index: number, count: number): void {
  const refuse = (what: string) => new BadProgram(`instruction ${index} ${what}`);
  const isLast = index === count - 1;
  switch (code) {
    case OPCODE.RETURN:
      return;
    case OPCODE.LOAD:
      if (k % 4 !== 0 || k >= DATA_WORDS * 4) throw refuse(`loads from offset ${k}`);
      if (isLast) throw refuse('is the last one and does not return');
      return;
    case OPCODE.AND:
      if (isLast) throw refuse('is the last one and does not return');
      return;
    case OPCODE.JUMP:
      if (index + 1 + k >= count) throw refuse('jumps out of the program');
      return;
    case OPCODE.IF_EQUAL:
    case OPCODE.IF_GREATER:
    case OPCODE.IF_GREATER_OR_EQUAL:
    case OPCODE.IF_ANY_BIT:
      if (index + 1 + Math.max(jt, jf) >= count) throw refuse('jumps out of the program');
      return;
    default:
      throw refuse(`has the unknown code 0x${code.toString(16)}`);
  }
}

/** What the kernel would give the program to read. */
export function seccompData({ audit, number, args }: SystemCall): Uint32Array {
  const data = new Uint32Array(DATA_WORDS);
  data[NUMBER_WORD] = number;
  data[AUDIT_WORD] = audit;
  for (let index = 0; index < ARGUMENTS; index++) {
    const argument = args[index] ?? 0n;
    data[FIRST_ARGUMENT_WORD + 2 * index] = Number(argument & 0xffffffffn);
    data[FIRST_ARGUMENT_WORD + 2 * index + 1] = Number(argument >> 32n);
  }
  return data;
}

/** Runs a program that `decodeProgram()` has checked. */
export function runProgram(program: readonly Instruction[], data: Uint32Array): Action {
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const instruction = program[at];
    if (!instruction) throw new BadProgram('the program ends without a verdict');
    const { code, k } = instruction;
    if (code === OPCODE.RETURN) return k;
    if (code === OPCODE.LOAD) accumulator = data[k / 4] ?? 0;
    else if (code === OPCODE.AND) accumulator = (accumulator & k) >>> 0;
    else if (code === OPCODE.JUMP) at += k;
    else at += isTaken(code, accumulator, k) ? instruction.jt : instruction.jf;
  }
}

function isTaken(code: number, accumulator: number, k: number): boolean {
  switch (code) {
    case OPCODE.IF_EQUAL:
      return accumulator === k;
    case OPCODE.IF_GREATER:
      return accumulator > k;
    case OPCODE.IF_GREATER_OR_EQUAL:
      return accumulator >= k;
    default:
      return (accumulator & k) !== 0;
  }
}
