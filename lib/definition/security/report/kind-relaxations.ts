/** What a named kind gives beyond the kind that the container looks like: else its name would be a way around the report. */
import { KINDS_BY_TRUST } from '../kinds.js';
import type { SecurityProfile } from '../profile.js';
import type { Protections } from '../security-report.js';
import { toNumber } from './kernel-limit.js';
import type { Found, Profiles } from './relaxations.js';

type Look = (profiles: Profiles) => string | undefined;

/** The effect, for each protection that a kind decides. */
const LOOKS: Readonly<Partial<Record<keyof Protections, Look>>> = {
  capabilities: ({ actual, usual, unnamed }) => {
    const more = actual.capabilities.filter(
      (name) => usual.capabilities.includes(name) && !unnamed.capabilities.includes(name),
    );
    return more.length > 0 ? `its root also has ${more.join(', ')}` : undefined;
  },
  noNewPrivs: ({ actual, usual, unnamed }) =>
    unnamed.noNewPrivs && !usual.noNewPrivs && !actual.noNewPrivs
      ? 'set-user-id programs of its root file system give their rights'
      : undefined,
  seccomp: ({ actual: { seccomp }, unnamed }) =>
    typeof seccomp === 'string' && trust(seccomp) > trust(unnamed.kind)
      ? 'it can make the system calls of an operating system'
      : undefined,
  limits: ({ actual, usual, unnamed }) =>
    Math.min(toNumber(actual.pids), toNumber(usual.pids)) > toNumber(unnamed.pids)
      ? `it can have more processes than ${unnamed.pids}`
      : undefined,
};

export function kindRelaxations(protection: keyof Protections, profiles: Profiles): readonly Found[] {
  const effect = LOOKS[protection]?.(profiles);
  return effect === undefined
    ? []
    : [{ element: `<virtainer:security kind='${profiles.usual.kind}'>`, effect }];
}

function trust(kind: SecurityProfile['kind']): number {
  return KINDS_BY_TRUST.indexOf(kind);
}
