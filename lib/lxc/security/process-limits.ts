/** Limits of a container's processes that depend on what this process may set. */
import { readFileSync } from 'node:fs';
import {
  parseCpuset,
  type CompleteDomain,
  type NumatuneMemory,
  type Rlimit,
  type RlimitName,
} from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import { missingRights } from '../host/rights.js';
import type { ConfinementFacts, MemoryPolicy, OomScores } from '../plan/confinement.js';

/** The controller is the last to be killed for memory, but not immune. */
const SUPERVISOR_SCORE = -900;

/** First column of /proc/PID/limits. */
const KERNEL_NAMES: Readonly<Partial<Record<RlimitName, string>>> = {
  core: 'Max core file size',
  nofile: 'Max open files',
  memlock: 'Max locked memory',
};

let raises: boolean | undefined;

/** May this process raise what it was given? It does not lose or gain that later. */
function mayRaise(): boolean {
  raises ??= missingRights(readFileSync('/proc/self/status', 'utf8'), ['sys_resource']).length === 0;
  return raises;
}

/**
 * The limits as they can be set: what nobody asked for is never above this process's own hard limit when it can't be
 * raised. What somebody asked for stays, and fails at the start if it can't be had.
 */
function settableLimits(rlimits: readonly Rlimit[], asked: ReadonlySet<RlimitName>): readonly Rlimit[] {
  if (mayRaise()) return rlimits;
  const own = readFileSync('/proc/self/limits', 'utf8');
  return rlimits.map((rlimit) => (asked.has(rlimit.name) ? rlimit : capped(rlimit, own)));
}

function capped(rlimit: Rlimit, limits: string): Rlimit {
  const line = limits.split('\n').find((candidate) => candidate.startsWith(`${KERNEL_NAMES[rlimit.name]} `));
  const hard = line?.trim().split(/\s{2,}/u)[2];
  if (hard === undefined || hard === 'unlimited') return rlimit;
  const lower = (limit: Rlimit['hard']): number =>
    limit === 'unlimited' ? Number(hard) : Math.min(limit, Number(hard));
  return { ...rlimit, soft: lower(rlimit.soft), hard: lower(rlimit.hard) };
}

/** What init and commands are confined by, as far as this process may set it. */
export function confinementFacts(
  { extensions, numatune }: Pick<CompleteDomain, 'extensions' | 'numatune'>,
  { rlimits }: Pick<SecurityProfile, 'rlimits'>,
  own: Pick<ConfinementFacts, 'filter' | 'label'>,
): ConfinementFacts {
  const asked = new Set(extensions?.rlimits?.map(({ name }) => name));
  return {
    ...own,
    rlimits: settableLimits(rlimits, asked),
    oom: oomScores(extensions?.oomScore?.adjust),
    memoryPolicy: memoryPolicy(numatune?.memory),
  };
}

/** The modes that leave the kernel a choice; the others are a limit of the cgroup. */
function memoryPolicy({ mode, nodeset }: NumatuneMemory = {}): MemoryPolicy | undefined {
  if ((mode !== 'preferred' && mode !== 'interleave') || nodeset === undefined) return undefined;
  const nodes = parseCpuset(nodeset);
  // The older of the two knows one node only.
  return { mode: mode === 'preferred' && nodes.length > 1 ? 'preferred-many' : mode, nodes };
}

/** Without a word the container has what this process has, and can't go below it. */
function oomScores(asked?: number): OomScores {
  const container = asked ?? Number(readFileSync('/proc/self/oom_score_adj', 'utf8').trim());
  return mayRaise() ? { container, supervisor: SUPERVISOR_SCORE } : { container };
}
