/** Limits above those of the kind. */
import type { Rlimit } from '../../domain/index.js';
import { toNumber } from './kernel-limit.js';
import type { Found, Profiles } from './relaxations.js';

export function limitRelaxations({ actual, usual }: Profiles): readonly Found[] {
  const { pids } = usual;
  const more: Found = {
    element: `<virtainer:pids limit='${actual.pids}'>`,
    effect: `it can have more processes than ${pids}`,
  };
  return [
    ...(toNumber(actual.pids) > toNumber(pids) ? [more] : []),
    ...actual.rlimits.flatMap((rlimit) => rlimitRelaxation(rlimit, usual.rlimits)),
  ];
}

function rlimitRelaxation(rlimit: Rlimit, usual: readonly Rlimit[]): readonly Found[] {
  const effect = effectOf(
    rlimit,
    usual.find(({ name }) => name === rlimit.name),
  );
  return effect === undefined ? [] : [{ element: `<virtainer:rlimit name='${rlimit.name}'>`, effect }];
}

/** Without a default nobody knows whether the limit is more than a container of another start would have. */
function effectOf({ soft, hard }: Rlimit, usual: Rlimit | undefined): string | undefined {
  if (!usual) return `its processes have this limit instead of the host's: ${soft}, up to ${hard}`;
  if (toNumber(hard) > toNumber(usual.hard)) return `its processes can raise this limit to ${hard}`;
  return toNumber(soft) > toNumber(usual.soft) ? `its processes begin with a limit of ${soft}` : undefined;
}
