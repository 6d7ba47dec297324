/**
 * An assembler for as much of BPF as a device program needs. Every jump leads forward, so that a program always ends.
 * @see https://docs.kernel.org/bpf/standardization/instruction-set.html
 */

/** Operation codes: class, source of the operand, and operation in one byte. */
export const OPCODES = {
  /** `dst = *(u32 *)(src + offset)` */
  loadWord: 0x61,
  /** `dst = src`, 32 bits of it */
  move: 0xbc,
  /** `dst = immediate` */
  moveImmediate: 0xb4,
  /** `dst &= immediate`, 32 bits */
  andImmediate: 0x54,
  /** `dst >>= immediate`, 32 bits */
  shiftRightImmediate: 0x74,
  /** `if (dst != immediate) goto label`, 64 bits: the upper half of every register used here is 0 */
  jumpUnlessEqual: 0x55,
  exit: 0x95,
} as const;

/** r0 is the result, r1 the context at the beginning; r2 to r5 are free. */
export type Register = 0 | 1 | 2 | 3 | 4 | 5;

/** Somewhere further down in a program. */
export interface Label {
  readonly jumps: number[];
}

interface Instruction {
  readonly code: number;
  readonly dst?: Register;
  readonly src?: Register;
  readonly offset?: number;
  readonly immediate?: number;
}

const INSTRUCTION_BYTES = 8;

export class Assembler {
  readonly #instructions: Instruction[] = [];
  /** Where the jump at an index leads to. */
  readonly #targets = new Map<number, number>();

  loadWord(dst: Register, src: Register, offset: number): this {
    return this.#add({ code: OPCODES.loadWord, dst, src, offset });
  }

  move(dst: Register, src: Register): this {
    return this.#add({ code: OPCODES.move, dst, src });
  }

  moveImmediate(dst: Register, immediate: number): this {
    return this.#add({ code: OPCODES.moveImmediate, dst, immediate });
  }

  andImmediate(dst: Register, immediate: number): this {
    return this.#add({ code: OPCODES.andImmediate, dst, immediate });
  }

  shiftRightImmediate(dst: Register, immediate: number): this {
    return this.#add({ code: OPCODES.shiftRightImmediate, dst, immediate });
  }

  jumpUnlessEqual(dst: Register, immediate: number, label: Label): this {
    label.jumps.push(this.#instructions.length);
    return this.#add({ code: OPCODES.jumpUnlessEqual, dst, immediate });
  }

  exit(): this {
    return this.#add({ code: OPCODES.exit });
  }

  /** Here is where the jumps to `label` that were made so far lead to. */
  place(label: Label): this {
    for (const jump of label.jumps.splice(0)) this.#targets.set(jump, this.#instructions.length);
    return this;
  }

  /** The bytes that the kernel takes; little endian, as everything that goes to the controller. */
  encode(): Buffer {
    const bytes = Buffer.alloc(this.#instructions.length * INSTRUCTION_BYTES);
    this.#instructions.forEach(({ code, dst = 0, src = 0, offset = 0, immediate = 0 }, index) => {
      const target = this.#targets.get(index);
      const at = index * INSTRUCTION_BYTES;
      bytes.writeUInt8(code, at);
      bytes.writeUInt8((src << 4) | dst, at + 1);
      bytes.writeInt16LE(target === undefined ? offset : target - index - 1, at + 2);
      bytes.writeInt32LE(immediate, at + 4);
    });
    return bytes;
  }

  #add(instruction: Instruction): this {
    this.#instructions.push(instruction);
    return this;
  }
}
