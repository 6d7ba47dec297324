/** From a profile to the rules for one container on one host. */
import type { CapabilityName } from '../../../../definition/domain/index.js';
import { quote } from '../../../../errors.js';
import { isPermission, isTrue, type Abi, type Comparison } from '../abi.js';
import { UNKNOWN_ACTION, type SeccompRule, type SeccompRules } from '../rules.js';
import type { Condition, Entry } from './entry.js';
import { FOREIGN_CALLS } from './foreign-calls.js';
import type { Profile } from './profile.js';

/** What decides which entries are for a container. */
export interface Circumstances {
  readonly abi: Abi;
  readonly capabilities: readonly CapabilityName[];
  /** As `uname -r` tells it. */
  readonly kernel: string;
}

interface PlacedRule extends SeccompRule {
  readonly entry: Entry;
}

const FIRST_ERRNO_ACTION = 0x00050000;
const LAST_ERRNO_ACTION = 0x0005ffff;

/** @throws VirtError CONF_SYNTAX, CONFIG_UNSUPPORTED for a profile that means nothing, or two things, here */
export function decideProfile(
  { defaultAction, entries }: Profile,
  circumstances: Circumstances,
): SeccompRules {
  const { abi } = circumstances;
  const byNumber = new Map<number, PlacedRule[]>();
  for (const entry of entries.filter((one) => isMeant(one, circumstances))) {
    for (const number of numbersOf(entry, abi)) {
      const rule = { number, action: entry.action, comparisons: entry.comparisons, entry };
      byNumber.set(number, addRule(byNumber.get(number) ?? [], rule));
    }
  }
  const isRefusal = defaultAction >= FIRST_ERRNO_ACTION && defaultAction <= LAST_ERRNO_ACTION;
  return {
    abi,
    defaultAction,
    // A profile cannot have meant calls of its future: programs then do without, instead of giving up.
    unknownAction: isRefusal ? UNKNOWN_ACTION : defaultAction,
    rules: [...byNumber.values()]
      .flat()
      .map(({ number, action, comparisons }) => ({ number, action, comparisons })),
  };
}

function isMeant({ includes, excludes }: Entry, circumstances: Circumstances): boolean {
  const included = facts(includes, circumstances);
  const excluded = facts(excludes, circumstances);
  return (
    (includes.arches.length === 0 || included.arch) &&
    included.capabilities.every(Boolean) &&
    (includes.minKernel === undefined || included.kernel) &&
    !(excluded.arch || excluded.kernel || excluded.capabilities.includes(true))
  );
}

function facts(
  { arches, capabilities, minKernel }: Condition,
  { abi, capabilities: held, kernel }: Circumstances,
) {
  const names = new Set<string>(held.map((name) => `CAP_${name.toUpperCase()}`));
  return {
    arch: arches.includes(abi.docker),
    capabilities: capabilities.map((name) => names.has(name)),
    kernel: minKernel !== undefined && isAtLeast(kernel, minKernel),
  };
}

function isAtLeast(kernel: string, [wantedMajor, wantedMinor]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = kernel.split(/[.-]/u).map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** A permission for a call that does not exist here is none; a refusal nobody can carry out would be believed in. */
function numbersOf({ names, action, place }: Entry, abi: Abi): readonly number[] {
  return names.flatMap((name) => {
    const number = abi.numbers.get(name);
    if (number !== undefined) return [number];
    if (isPermission(action) || FOREIGN_CALLS.has(name)) return [];
    throw place.error(`names the unknown system call ${quote(name)}`);
  });
}

function addRule(others: readonly PlacedRule[], rule: PlacedRule): PlacedRule[] {
  const general = others.find(isGeneral);
  // Podman's own profile both allows and refuses setns: of two filters the kernel, too, takes the more severe verdict.
  if (general && isGeneral(rule)) return [severity(rule) < severity(general) ? rule : general];
  const opponent = others.find((other) => other.action !== rule.action && mayMeet(other, rule));
  if (opponent) {
    const where = opponent.entry.place.where;
    throw rule.entry.place.unsupported(`contradicts ${where}: both are about system call ${nameOf(rule)}`);
  }
  if (general) return [general];
  return isGeneral(rule) ? [rule] : [...others, rule];
}

/** Whether it is about all arguments: then it is the whole truth about its call. */
function isGeneral({ comparisons }: SeccompRule): boolean {
  return comparisons.length === 0;
}

/** The kernel's order: as numbers with a sign, without the errno; the lowest is the most severe. */
function severity({ action }: SeccompRule): number {
  return action & 0xffff0000;
}

function nameOf({ number, entry }: PlacedRule): string {
  return entry.names.length === 1 ? (entry.names[0] ?? '') : String(number);
}

/** False when no call satisfies both. True when one does, or when that is not easy to tell. */
function mayMeet(one: SeccompRule, other: SeccompRule): boolean {
  return one.comparisons.every((comparison) =>
    other.comparisons.every(
      (another) => another.index !== comparison.index || canBothBe(comparison, another),
    ),
  );
}

function canBothBe(one: Comparison, other: Comparison): boolean {
  if (one.op === 'EQ') return isTrue(other, one.value);
  if (other.op === 'EQ') return isTrue(one, other.value);
  const [from, to] = range(one);
  const [otherFrom, otherTo] = range(other);
  if (from > otherTo || otherFrom > to) return false;
  if (one.op !== 'MASKED_EQ' || other.op !== 'MASKED_EQ') return true;
  return ((one.valueTwo ^ other.valueTwo) & one.value & other.value) === 0n;
}

const LAST = 0xffffffffffffffffn;

/** Every value that satisfies a comparison is in its range; an empty one ends before it begins. */
function range({ op, value, valueTwo }: Comparison): readonly [from: bigint, to: bigint] {
  switch (op) {
    case 'LT':
      return [0n, value - 1n];
    case 'LE':
      return [0n, value];
    case 'EQ':
      return [value, value];
    case 'GE':
      return [value, LAST];
    case 'GT':
      return [value + 1n, LAST];
    case 'MASKED_EQ':
      return [valueTwo, valueTwo | (LAST & ~value)];
    case 'NE':
      return [0n, LAST];
  }
}
