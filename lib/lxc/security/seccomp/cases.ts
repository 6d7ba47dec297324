/** System calls at which a filter that is wrong somewhere is likely to show it. */
import { ABIS, SKIPPED, type Comparison } from './abi.js';
import { rulesByNumber, type SeccompRule, type SeccompRules, type SystemCall } from './rules.js';

/** Beyond every table. */
const LAST_PLAIN_NUMBER = 600;
const X32 = 0x40000000;
const ODD_NUMBERS = [
  0x3fffffff,
  X32,
  X32 + 1,
  X32 + 41,
  X32 + 520,
  0x7fffffff,
  0x80000000,
  0xfffffffe,
  SKIPPED,
];

/** i386, Arm, s390x, ppc64le, riscv64, and what is none. */
const OTHER_AUDITS = [0x40000003, 0x40000028, 0x80000016, 0xc0000015, 0xc00000f3, 0, 0xffffffff];
/** Among them i386's socketcall and ipc. */
const NUMBERS_OF_OTHERS = [0, 1, 41, 59, 102, 117, 198, 359, 600, X32, SKIPPED];

const NO_ARGUMENTS: readonly bigint[] = [];
const ALL_64_BITS = 0xffffffffffffffffn;
const LOW_32_BITS = 0xffffffffn;
const ALL_ONES: readonly bigint[] = Array.from({ length: 6 }, () => ALL_64_BITS);

/** What the upper half of an argument may hide. */
const UPPER_HALVES = [0n, 1n << 32n, 0xffffffffn << 32n];

/** So that a profile of thousands of comparisons is looked at everywhere, but not for ever. */
const MAX_CASES_PER_ARGUMENT = 10_000;

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
    for (const args of argumentPoints(rules)) yield { audit: filter.abi.audit, number, args };
  }
}

/** From arguments that satisfy each rule, one argument at a time goes through all its interesting values. */
function* argumentPoints(rules: readonly SeccompRule[]): Generator<readonly bigint[]> {
  for (const [index, values] of interestingValues(rules)) {
    const bases = distinctBases(rules, index);
    const step = Math.ceil((bases.length * values.length) / MAX_CASES_PER_ARGUMENT);
    let at = 0;
    for (const base of bases) {
      for (const value of values) if (at++ % step === 0) yield base.with(index, value);
    }
  }
}

/** Arguments that satisfy the rules, but for the one that is going to be replaced. */
function distinctBases(rules: readonly SeccompRule[], index: number): readonly (readonly bigint[])[] {
  const bases = rules.map((rule) => satisfyingArguments(rule).with(index, 0n));
  return [...new Map(bases.map((base) => [base.join(), base])).values()];
}

/** By the argument's index. */
function interestingValues(rules: readonly SeccompRule[]): ReadonlyMap<number, readonly bigint[]> {
  const comparisons = rules.flatMap((rule) => rule.comparisons);
  const indices = new Set(comparisons.map(({ index }) => index));
  return new Map(
    [...indices].map((index) => {
      const own = comparisons.filter((one) => one.index === index);
      return [index, [...new Set(own.flatMap(borderValues))]];
    }),
  );
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
  const ends =
    op === 'MASKED_EQ'
      ? [valueTwo, valueTwo | (ALL_64_BITS & ~value), valueTwo | (LOW_32_BITS & ~value)]
      : [value];
  const beside = [0n, ...ends].flatMap((one) => [one - 1n, one, one + 1n]);
  const flipped = op === 'MASKED_EQ' && !isRange(value) ? bitsOf(value).map((bit) => valueTwo ^ bit) : [];
  return [...beside, ...flipped]
    .map((one) => BigInt.asUintN(64, one))
    .flatMap((one) => UPPER_HALVES.map((upper) => one ^ upper));
}

/** Whether a mask leaves only the lowest bits free, be it of 64 or of 32: then the ends say it all. */
function isRange(mask: bigint): boolean {
  return [LOW_32_BITS, ALL_64_BITS].some((all) => {
    const free = all ^ mask;
    return mask <= all && (free & (free + 1n)) === 0n;
  });
}

function bitsOf(mask: bigint): readonly bigint[] {
  return Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((bit) => (mask & bit) !== 0n);
}
