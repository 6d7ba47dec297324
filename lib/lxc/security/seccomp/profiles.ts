/** The built-in profiles, one per kind of container. */
import { SECURITY_KINDS, type SecurityKind } from '../../../definition/domain/index.js';
import { ACTION, ERRNO, failWith, type Abi } from './abi.js';
import { APPLICATION_CALLS, SYSTEM_CALLS } from './allowed.js';
import { APPLICATION_WAYS, BOOTED_WAYS, SYSTEMD_WAYS, type Way } from './conditions.js';
import { UNKNOWN_ACTION, type SeccompRule, type SeccompRules } from './rules.js';

/** One for each kind of container. */
export const BUILT_IN_PROFILES = SECURITY_KINDS;
export type BuiltInProfile = SecurityKind;

interface Lists {
  readonly calls: readonly string[];
  readonly ways: readonly Way[];
}

const APPLICATION: Lists = { calls: APPLICATION_CALLS, ways: APPLICATION_WAYS };

const LISTS: Readonly<Record<BuiltInProfile, Lists>> = {
  generic: APPLICATION,
  chroot: APPLICATION,
  systemd: { calls: SYSTEM_CALLS, ways: SYSTEMD_WAYS },
  booted: { calls: SYSTEM_CALLS, ways: BOOTED_WAYS },
};

/** Decided once: every start asks for them. */
const decided = new Map<string, SeccompRules>();

/** The rules of a built-in profile on an architecture. */
export function builtInRules(profile: BuiltInProfile, abi: Abi): SeccompRules {
  const key = `${abi.name} ${profile}`;
  const rules = decided.get(key) ?? decide(profile, abi);
  decided.set(key, rules);
  return rules;
}

function decide(profile: BuiltInProfile, abi: Abi): SeccompRules {
  const { calls, ways } = LISTS[profile];
  const free = calls.map((call): Way => ({ call, action: ACTION.ALLOW, comparisons: [] }));
  return {
    abi,
    defaultAction: failWith(ERRNO.EPERM),
    unknownAction: UNKNOWN_ACTION,
    rules: [...free, ...ways].flatMap((way) => ruleOf(way, abi)),
  };
}

function ruleOf({ call, action, comparisons }: Way, abi: Abi): readonly SeccompRule[] {
  const number = abi.numbers.get(call);
  return number === undefined ? [] : [{ number, action, comparisons }];
}
