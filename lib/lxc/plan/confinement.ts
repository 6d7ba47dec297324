/** What the kernel holds init and commands to: both the same. */
import { CAPABILITIES, type CapabilityName, type Rlimit } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import type { ExecLabel } from '../security/label/types.js';
import type { Plan } from './steps.js';

/** What a profile does not say of itself. */
export interface ConfinementFacts {
  /** The seccomp filter, if there is one. */
  readonly filter: Uint8Array | undefined;
  readonly label: ExecLabel | undefined;
  readonly rlimits: readonly Rlimit[];
  readonly oom: OomScores;
  readonly memoryPolicy?: MemoryPolicy | undefined;
}

/** Where memory comes from, beyond what the cpuset allows. Modes are those of set_mempolicy(2). */
export interface MemoryPolicy {
  readonly mode: 'preferred' | 'preferred-many' | 'interleave';
  readonly nodes: readonly number[];
}

/** Scores of the OOM killer, -1000 to 1000. */
export interface OomScores {
  readonly container: number;
  /** Absent where the controller keeps what it has. */
  readonly supervisor?: number;
}

/** Of include/uapi/linux/securebits.h; each with the bit that locks it. */
const NO_CAP_AMBIENT_RAISE = 0xc0;

export function planConfinement(plan: Plan, profile: SecurityProfile, facts: ConfinementFacts): void {
  plan.add('<capabilities>', 'capabilities', capabilityMask(profile.capabilities));
  if (!profile.ambientCapabilities)
    plan.add('<capabilities>', 'securebits', NO_CAP_AMBIENT_RAISE.toString(16));
  if (profile.noNewPrivs) plan.add('<virtainer:noNewPrivs>', 'no-new-privileges');
  if (facts.filter)
    plan.add('<virtainer:seccomp>', 'seccomp-filter', Buffer.from(facts.filter).toString('hex'));
  if (facts.label) plan.add('<seclabel>', 'exec-label', facts.label.module, facts.label.label);
  for (const { name, soft, hard } of facts.rlimits)
    plan.add(`<virtainer:rlimit name='${name}'>`, 'rlimit', name, soft, hard);
  if (facts.memoryPolicy)
    plan.add('<numatune>', 'memory-policy', facts.memoryPolicy.mode, facts.memoryPolicy.nodes.join());
  plan.add('<virtainer:oomScore>', 'oom-score-adjust', facts.oom.container);
  if (facts.oom.supervisor !== undefined)
    plan.add('<domain>', 'supervisor-oom-score-adjust', facts.oom.supervisor);
}

export function capabilityMask(capabilities: readonly CapabilityName[]): string {
  const mask = capabilities.reduce((bits, name) => bits | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
  return mask.toString(16).padStart(16, '0');
}
