/** From decided rules to the program for the kernel. */
import { native } from '../../native.js';
import { COMPARISON_OPS, SKIPPED, newestNumber } from './abi.js';
import { AUDIT_OFFSET, NUMBER_OFFSET, OPCODE, encodeProgram, type Instruction } from './bpf.js';
import { FOREIGN_ACTION, type SeccompRule, type SeccompRules } from './rules.js';

/**
 * Compiles with the libseccomp at this path, which has been found trustworthy. Nothing is known about the program
 * yet: see `verifyProgram()`.
 */
export async function compileRules(filter: SeccompRules, library: string): Promise<Buffer> {
  const rules = encodeRules([...filter.rules, ...gaps(filter)], filter.defaultAction);
  const body = await native().compileSeccomp(library, filter.defaultAction, FOREIGN_ACTION, rules);
  return Buffer.concat([encodeProgram(unknownNumbers(filter)), body]);
}

/** Numbers between the table's that no call has. */
function gaps({ abi, unknownAction }: SeccompRules): readonly SeccompRule[] {
  const known = new Set(abi.numbers.values());
  const numbers = Array.from({ length: newestNumber(abi) }, (_, number) => number);
  return numbers
    .filter((number) => !known.has(number))
    .map((number) => ({ number, action: unknownAction, comparisons: [] }));
}

/** The form of `Native.compileSeccomp`. libseccomp refuses to be told what is the default anyway. */
function encodeRules(rules: readonly SeccompRule[], defaultAction: number): BigUint64Array {
  return BigUint64Array.from(
    rules
      .filter(({ action }) => action !== defaultAction)
      .flatMap(({ number, action, comparisons }) => [
        ...[number, action, comparisons.length].map(BigInt),
        ...comparisons.flatMap(({ index, op, value, valueTwo }) => [
          BigInt(index),
          BigInt(COMPARISON_OPS.indexOf(op) + 1),
          value,
          valueTwo,
        ]),
      ]),
  );
}

/**
 * What goes before libseccomp's program, because libseccomp has no rule for a range of numbers: calls newer than the
 * table get their verdict here, all others and those of another ABI go on. `-1` is the number of a call that a
 * tracer skips; it is no call, and none of x32's either.
 */
function unknownNumbers({ abi, defaultAction, unknownAction }: SeccompRules): readonly Instruction[] {
  if (unknownAction === defaultAction) return [];
  const next = (code: number, k: number, jt: number, jf: number): Instruction => ({ code, jt, jf, k });
  const foreign =
    abi.foreignFrom === undefined
      ? []
      : [next(OPCODE.IF_EQUAL, SKIPPED, 1, 0), next(OPCODE.IF_GREATER_OR_EQUAL, abi.foreignFrom, 1, 0)];
  return [
    next(OPCODE.LOAD, AUDIT_OFFSET, 0, 0),
    next(OPCODE.IF_EQUAL, abi.audit, 0, foreign.length + 3),
    next(OPCODE.LOAD, NUMBER_OFFSET, 0, 0),
    next(OPCODE.IF_GREATER, newestNumber(abi), 0, foreign.length + 1),
    ...foreign,
    next(OPCODE.RETURN, unknownAction, 0, 0),
  ];
}
