/** A filter, decided to the last number: what is compiled, and what the compiled program is compared with. */
import {
  ACTION,
  ERRNO,
  SKIPPED,
  failWith,
  isTrue,
  newestNumber,
  type Abi,
  type Action,
  type Comparison,
} from './abi.js';

export interface SeccompRule {
  readonly number: number;
  readonly action: Action;
  /** All must be true. */
  readonly comparisons: readonly Comparison[];
}

export interface SeccompRules {
  readonly abi: Abi;
  /** For calls of the table that no rule is about. */
  readonly defaultAction: Action;
  /** For numbers that are not in the table. */
  readonly unknownAction: Action;
  /** No two with different actions are about the same call with the same arguments. */
  readonly rules: readonly SeccompRule[];
}

/** A system call as the filter sees it: the kernel's `struct seccomp_data`, without the instruction pointer. */
export interface SystemCall {
  /** An `AUDIT_ARCH_*`. */
  readonly audit: number;
  readonly number: number;
  readonly args: readonly bigint[];
}

/** What happens to calls of another ABI: they have numbers and arguments that no rule is about. */
export const FOREIGN_ACTION = ACTION.KILL_PROCESS;

/** Programs take ENOSYS as "this kernel is too old" and do without. */
export const UNKNOWN_ACTION = failWith(ERRNO.ENOSYS);

/** Answers what a filter must do. Made once per filter, because it is asked for thousands of calls. */
export function verdicts(filter: SeccompRules): (call: SystemCall) => Action {
  const { abi, defaultAction, unknownAction } = filter;
  const known = new Set(abi.numbers.values());
  const newest = newestNumber(abi);
  const byNumber = rulesByNumber(filter);
  return ({ audit, number, args }) => {
    if (audit !== abi.audit) return FOREIGN_ACTION;
    if (abi.foreignFrom !== undefined && number >= abi.foreignFrom && number !== SKIPPED)
      return FOREIGN_ACTION;
    if (number > newest || !known.has(number)) return unknownAction;
    const rule = byNumber
      .get(number)
      ?.find(({ comparisons }) => comparisons.every((one) => isTrue(one, args[one.index] ?? 0n)));
    return rule?.action ?? defaultAction;
  };
}

export function rulesByNumber({
  rules,
}: Pick<SeccompRules, 'rules'>): ReadonlyMap<number, readonly SeccompRule[]> {
  const byNumber = new Map<number, SeccompRule[]>();
  for (const rule of rules) {
    const others = byNumber.get(rule.number);
    if (others) others.push(rule);
    else byNumber.set(rule.number, [rule]);
  }
  return byNumber;
}
