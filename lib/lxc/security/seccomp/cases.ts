/** System calls at which a filter that is wrong somewhere is likely to show it. */
import { ABIS, SKIPPED, type Comparison } from './abi.js';
import { rulesByNumber, type SeccompRule, type SeccompRules, type SystemCall } from './rules.js';

/** Beyond every table. */
const LAST_PLAIN_NUMBER = 600;
const X32 = 0x40000000;
const ODD_NUMBERS = [0x3fffffff, X32, X32 + 1, X32 + 41, X32 + 520, 0x7fffffff, 0x80000000, 0xfffffffe, SKIPPED];

/** i386, Arm, s390x, ppc64le, riscv64, and what is none. */
const OTHER_AUDITS = [0x40000003, 0x40000028, 0x80000016, 0xc0000015, 0xc00000f3, 0, 0xffffffff];
/** Among them i386's socketcall and ipc. */
const NUMBERS_OF_OTHERS = [0, 1, 41, 59, 102, 117, 198, 359, 600, X32, SKIPPED];

const NO_ARGUMENTS: readonly bigint[] = [];
const ALL_64_BITS = 0xffffffffffffffffn;
const ALL_ONES: readonly bigint[] = Array.from({ length: 6 }, () => ALL_64_BITS);

/** What the upper half of an argument may hide. */
const UPPER_HALVES = [0n, 1n << 32n, 0xffffffffn << 32n];

/** So that a profile of thousands of comparisons is looked at everywhere, but not for ever. */
const MAX_CASES_PER_CALL = 20_000;

/** Every number, with two extremes of arguments; and other ABIs. */
export function* numberCases({ abi }: SeccompRules): Generator<SystemCall> {
  const numbers = [...Array.from({ length: LAST_PLAIN_NUMBER + 1 }, (_, number) => number), ...ODD_NUMBERS];
  for (const number of numbers) {
    yield { audit: abi.audit, number, args: NO_ARGUMENTS };
    yield { audit: abi.audit, number, args: ALL_ONES };
  }
  const audits = [...OTHER_AUDITS, ...Object.values(ABIS).map((other) => other?.audit ?? 0)];
  for (const audit of audits.filter((other) => other !== abi.audit)) {
    for (const number of NUMBERS_OF_OTHERS) yield { audit, number, args: NO_ARGUMENTS };
  }
}

/** Arguments on, beside and beyond every border that a rule draws, also with the upper half set. */
export function* argumentCases(filter: SeccompRules): Generator<SystemCall> {
  for (const [number, rules] of rulesByNumber(filter)) {
    const points = argumentPoints(rules);
    const step = Math.ceil(points.length / MAX_CASES_PER_CALL);
    for (let index = 0; index < points.length; index += step) {
      yield { audit: filter.abi.audit, number, args: points[index] ?? NO_ARGUMENTS };
    }
  }
}

/** From arguments that satisfy each rule, one argument at a time goes through all its interesting values. */
function argumentPoints(rules: readonly SeccompRule[]): readonly (readonly bigint[])[] {
  const comparisons = rules.flatMap((rule) => rule.comparisons);
  const values = new Map<number, Set<bigint>>();
  for (const comparison of comparisons) {
    const known = values.get(comparison.index) ?? new Set();
    for (const value of borderValues(comparison)) known.add(value);
    values.set(comparison.index, known);
  }
  const points = new Map<string, readonly bigint[]>();
  for (const base of rules.map(satisfyingArguments)) {
    for (const [index, some] of values) {
      for (const value of some) {
        const point = base.with(index, value);
        points.set(point.join(), point);
      }
      if (points.size > 4 * MAX_CASES_PER_CALL) return [...points.values()];
    }
  }
  return [...points.values()];
}

function satisfyingArguments({ comparisons }: SeccompRule): bigint[] {
  const args = Array.from({ length: 6 }, () => 0n);
  for (const { index, op, value, valueTwo } of comparisons) {
    if (op === 'MASKED_EQ') args[index] = valueTwo;
    else if (op === 'EQ' || op === 'LE' || op === 'GE') args[index] = value;
    else if (op === 'LT') args[index] = BigInt.asUintN(64, value - 1n);
    else args[index] = BigInt.asUintN(64, value + 1n);
  }
  return args;
}

function borderValues({ op, value, valueTwo }: Comparison): readonly bigint[] {
  const inside = op === 'MASKED_EQ' ? maskedValues(value, valueTwo) : [value];
  const beside = [0n, ...inside].flatMap((one) => [one - 1n, one, one + 1n]);
  return beside
    .map((one) => BigInt.asUintN(64, one))
    .flatMap((one) => UPPER_HALVES.flatMap((upper) => [one | upper, one ^ upper]));
}

/** Both ends of what the mask leaves free; and each of its bits flipped, when there are not too many. */
function maskedValues(mask: bigint, datum: bigint): readonly bigint[] {
  const bits = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((bit) => (mask & bit) !== 0n);
  const free = ALL_64_BITS & ~mask;
  return [datum, datum | free, datum | (free & 0xffffffffn), ...bits.map((bit) => datum ^ bit)];
}
