/** A command in a running container as an ordered list of steps. Pure. */
import type { CompleteDomain } from '../../definition/domain/index.js';
import type { SecurityProfile } from '../../definition/security/index.js';
import type { ExecRequest } from '../../driver.js';
import type { Group } from '../cgroup/layout.js';
import type { GroupCounter } from '../events/limit-watches.js';
import type { IdMaps } from '../security/user-ids.js';
import { planConfinement, type ConfinementFacts } from './confinement.js';
import { identityEnvironment } from './init.js';
import { planJoin } from './namespaces.js';
import { Plan } from './steps.js';

const COMMAND_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface EnterFacts {
  readonly groups: readonly Group[];
  readonly supervisors: readonly Group[];
  readonly profile: SecurityProfile;
  readonly ids: IdMaps | undefined;
  readonly confinement: ConfinementFacts;
  readonly oomCounter: GroupCounter | undefined;
}

export function buildEnterPlan(definition: CompleteDomain, request: ExecRequest, facts: EnterFacts): Plan {
  const plan = new Plan('enter');
  for (const { version, directory } of facts.supervisors) {
    plan.add('exec', version === 1 ? 'supervisor-cgroup-v1' : 'supervisor-cgroup-v2', directory);
  }
  for (const { version, directory } of facts.groups) {
    plan.add('exec', version === 1 ? 'cgroup-v1' : 'cgroup-v2', directory);
  }
  if (facts.oomCounter) plan.add('exec', 'oom-counter', facts.oomCounter.file, facts.oomCounter.key);
  planJoin(plan, facts.ids);
  if (request.tty) plan.add('tty', 'terminal', request.tty.rows, request.tty.cols);
  planConfinement(plan, facts.profile, facts.confinement);
  if (request.user !== undefined) plan.add(`user '${request.user}'`, 'user', request.user);
  if (request.group !== undefined) plan.add(`group '${request.group}'`, 'group', request.group);
  plan.add(`cwd '${request.cwd ?? '/'}'`, 'working-directory', request.cwd ?? '/');
  for (const [name, value] of commandEnvironment(definition, request)) {
    plan.add(`env '${name}'`, 'environment', `${name}=${value}`);
  }
  plan.add('exec', 'home-from-user');
  plan.add(`command '${request.argv[0]}'`, 'executable', request.argv[0]);
  for (const argument of request.argv) plan.add('argv', 'argument', argument);
  return plan;
}

/** The container's identity and `<initenv>` with a usual PATH; what the caller gives wins. */
function commandEnvironment(definition: CompleteDomain, request: ExecRequest): [string, string][] {
  return [
    ['PATH', COMMAND_PATH],
    ...(request.tty ? ([['TERM', 'xterm']] as [string, string][]) : []),
    ['container', 'lxc-libvirt'],
    ...identityEnvironment(definition),
    ...(definition.os.initenv ?? []).map(({ name, value }): [string, string] => [name, value]),
    ...Object.entries(request.env),
  ];
}
