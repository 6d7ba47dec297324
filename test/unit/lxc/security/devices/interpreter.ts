/** Runs a device program as the kernel would, and refuses what the kernel's verifier would refuse. */
import { OPCODES } from '../../../../../lib/lxc/security/devices/bpf.js';
import { ACCESS_BITS, CONTEXT, KINDS } from '../../../../../lib/lxc/security/devices/program.js';
import type { DeviceKind } from '../../../../../lib/lxc/security/devices/rules.js';

/** What the kernel asks the program about. `access` and `kind` as bits, also those that mean nothing. */
export interface Question {
  readonly kind: number;
  readonly access: number;
  readonly major: number;
  readonly minor: number;
}

/** The question for an access in letters. */
export function question(kind: DeviceKind, major: number, minor: number, access: string): Question {
  const bits = Array.from(access).reduce(
    (sum, letter) => sum | ACCESS_BITS[letter as keyof typeof ACCESS_BITS],
    0,
  );
  return { kind: KINDS[kind], access: bits, major, minor };
}

const WORD = 0xffffffffn;

/** The program's answer. @throws Error when the kernel would not take it. */
export function run(program: Buffer, asked: Question): bigint {
  if (program.length === 0 || program.length % 8 !== 0) throw new Error('no whole instructions');
  // r1 holds the context; 'context' as a value can only be loaded from.
  const registers = new Map<number, bigint | 'context'>([[1, 'context']]);
  const words = new Map<number, number>([
    [CONTEXT.accessAndKind, ((asked.access << 16) | asked.kind) >>> 0],
    [CONTEXT.major, asked.major],
    [CONTEXT.minor, asked.minor],
  ]);
  for (let pc = 0; pc < program.length / 8; pc++) {
    const code = program.readUInt8(pc * 8);
    const dst = program.readUInt8(pc * 8 + 1) & 0x0f;
    const src = program.readUInt8(pc * 8 + 1) >> 4;
    const offset = program.readInt16LE(pc * 8 + 2);
    const immediate = BigInt(program.readInt32LE(pc * 8 + 4));
    const number = (register: number): bigint => {
      const value = registers.get(register);
      if (typeof value !== 'bigint') throw new Error(`r${register} at ${pc} holds no number`);
      return value;
    };
    if (dst > 9 || src > 9) throw new Error(`no such register at ${pc}`);
    switch (code) {
      case OPCODES.loadWord: {
        const word = words.get(offset);
        if (registers.get(src) !== 'context' || word === undefined) throw new Error(`bad load at ${pc}`);
        registers.set(dst, BigInt(word));
        break;
      }
      case OPCODES.move:
        registers.set(dst, number(src) & WORD);
        break;
      case OPCODES.moveImmediate:
        registers.set(dst, immediate & WORD);
        break;
      case OPCODES.andImmediate:
        registers.set(dst, number(dst) & immediate & WORD);
        break;
      case OPCODES.shiftRightImmediate:
        registers.set(dst, (number(dst) & WORD) >> immediate);
        break;
      case OPCODES.jumpUnlessEqual:
        if (offset < 0) throw new Error(`jump back at ${pc}`);
        if (number(dst) !== (immediate & 0xffffffffffffffffn)) pc += offset;
        break;
      case OPCODES.exit:
        return number(0);
      default:
        throw new Error(`unknown operation ${code} at ${pc}`);
    }
  }
  throw new Error('the program runs over its end');
}
