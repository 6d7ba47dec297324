/** A domain's start as an ordered list of steps. Pure: everything it needs has been decided before. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { CgroupLayout } from '../cgroup/layout.js';
import type { HostNode } from '../security/devices/host-nodes.js';
import { planDevices } from './devices.js';
import { planFilesystems } from './filesystems.js';
import { planInit } from './init.js';
import { planRoot } from './root.js';
import { Plan } from './steps.js';
import type { StartableDomain } from './unsupported.js';

/** Paths and names outside of the definition that a start needs. */
export interface RunFacts {
  readonly stateFolder: string;
  readonly journal: string;
  /** Beginning of the journal records about this domain. */
  readonly journalPrefix: string;
  readonly definitionFile: string;
  readonly consoleLog: string;
  /** The mark that Node makes at a resume, to be removed at the end. */
  readonly resumedFile: string;
  readonly cgroups: CgroupLayout;
  /** The devices of the host that the container gets. */
  readonly nodes: readonly HostNode[];
}

export function buildRunPlan(definition: StartableDomain, facts: RunFacts): Plan {
  const plan = new Plan('run');
  planSupervision(plan, definition, facts);
  planCgroups(plan, facts.cgroups);
  planNamespaces(plan, definition);
  planRoot(plan, definition);
  planDevices(plan, facts.nodes);
  planFilesystems(plan, definition);
  planInit(plan, definition);
  return plan;
}

function planSupervision(plan: Plan, definition: CompleteDomain, facts: RunFacts): void {
  plan.add('<domain>', 'domain', definition.uuid, definition.name);
  plan.add('<domain>', 'state-directory', facts.stateFolder);
  plan.add('<domain>', 'journal', facts.journal, facts.journalPrefix);
  plan.add('<domain>', 'persistent-file', facts.definitionFile);
  plan.add('<console>', 'console-log', facts.consoleLog);
  plan.add('<domain>', 'remove-file', facts.resumedFile);
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

function planNamespaces(plan: Plan, definition: CompleteDomain): void {
  plan.add('<domain>', 'namespaces', 'mount', 'pid', 'net', 'ipc', 'uts', 'cgroup');
  plan.add('<name>', 'hostname', hostname(definition));
  plan.add('<features>', 'loopback-up');
}

const MAX_HOSTNAME = 64;

/** The name's letters, digits and dashes, as libvirt; never empty, which would leave the host's name. */
export function hostname(definition: Pick<CompleteDomain, 'name' | 'uuid'>): string {
  const name = definition.name.replace(/[^A-Za-z0-9-]/g, '').slice(0, MAX_HOSTNAME);
  return name === '' ? `lxc-${definition.uuid.slice(0, 8)}` : name;
}
