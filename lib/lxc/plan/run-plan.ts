/** A domain's start as an ordered list of steps. Pure: everything it needs has been decided before. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import type { LimitWatch } from '../events/limit-watches.js';
import type { HostNode } from '../security/devices/host-nodes.js';
import { planDevices } from './devices.js';
import { planFilesystems } from './filesystems.js';
import { planInit } from './init.js';
import { planConfinement, type ConfinementFacts } from './confinement.js';
import type { PreparedLabel } from '../security/label/index.js';
import { planKernelPaths } from './kernel-paths.js';
import { labelMounts } from './mount-labels.js';
import { planNamespaces, type NamespaceFacts } from './namespaces.js';
import { planResourceView, planViewFiles } from './resource-view.js';
import { planRoot } from './root.js';
import { Plan } from './steps.js';
import type { StartableDomain } from './unsupported.js';

/** What the limit comes from. */
const ORIGINS = { oom: '<memory>', memory: '<memory>', pids: '<virtainer:pids>' } as const;

/** Paths and names outside of the definition that a start needs. */
export interface RunFacts {
  readonly stateFolder: string;
  readonly journal: string;
  /** Beginning of the journal records about this domain. */
  readonly journalPrefix: string;
  /** The same of records about its limits. */
  readonly limitPrefix: string;
  readonly watches: readonly LimitWatch[];
  readonly definitionFile: string;
  readonly consoleLog: string;
  readonly cgroups: CgroupLayout;
  /** The devices of the host that the container gets. */
  readonly nodes: readonly HostNode[];
  readonly profile: SecurityProfile;
  readonly namespaces: NamespaceFacts;
  readonly confinement: ConfinementFacts;
  readonly label: Pick<PreparedLabel, 'mountContext' | 'removeFiles' | 'removeProfile'>;
  /** Sources whose files stay the host's. */
  readonly hostSources: ReadonlySet<string>;
  /** What is masked of each CPU of this host. */
  readonly cpuPaths: readonly string[];
  /** Whether the container sees its own resources, not the host's. */
  readonly hasView: boolean;
  /** Files of this run in the state folder, removed at its end. */
  readonly runFiles: readonly string[];
}

export function buildRunPlan(definition: StartableDomain, facts: RunFacts): Plan {
  const plan = new Plan('run');
  planSupervision(plan, definition, facts);
  planCgroups(plan, facts.cgroups);
  planWatches(plan, facts.watches);
  planNamespaces(plan, definition, facts.namespaces);
  if (facts.hasView) planResourceView(plan, definition, facts.cgroups);
  planRoot(plan, definition, facts);
  planDevices(plan, facts.nodes);
  planFilesystems(plan, definition, facts);
  if (facts.hasView) planViewFiles(plan);
  planKernelPaths(plan, facts.profile, facts.cpuPaths);
  labelMounts(plan, facts.label.mountContext);
  planConfinement(plan, facts.profile, facts.confinement);
  planInit(plan, definition);
  return plan;
}

function planSupervision(plan: Plan, definition: CompleteDomain, facts: RunFacts): void {
  plan.add('<domain>', 'domain', definition.uuid, definition.name);
  plan.add('<domain>', 'state-directory', facts.stateFolder);
  plan.add('<domain>', 'journal', facts.journal, facts.journalPrefix, facts.limitPrefix);
  plan.add('<domain>', 'persistent-file', facts.definitionFile);
  plan.add('<console>', 'console-log', facts.consoleLog);
  if (facts.label.removeProfile !== undefined)
    plan.add('<seclabel>', 'remove-profile', facts.label.removeProfile);
  for (const file of [...facts.runFiles, ...facts.label.removeFiles])
    plan.add('<domain>', 'remove-file', file);
  plan.add('<on_reboot>', 'on-reboot', definition.onReboot === 'restart' ? 'restart' : 'destroy');
}

function planCgroups(plan: Plan, cgroups: CgroupLayout): void {
  for (const { version, directory } of cgroups.supervisors) {
    plan.add('<resource>', version === 1 ? 'supervisor-cgroup-v1' : 'supervisor-cgroup-v2', directory);
  }
  for (const { version, directory } of cgroups.groups) {
    plan.add('<resource>', version === 1 ? 'cgroup-v1' : 'cgroup-v2', directory);
    plan.add('<resource>', 'remove-directory', directory);
  }
  for (const partition of cgroups.partitions) plan.add('<resource>', 'remove-directory-if-empty', partition);
}

function planWatches(plan: Plan, watches: readonly LimitWatch[]): void {
  for (const { kind, how, file, argument, key, limitFile, burst, intervalMs } of watches) {
    plan.add(ORIGINS[kind], 'watch', kind, how, file, argument, key, limitFile, burst, intervalMs);
  }
}
