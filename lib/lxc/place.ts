/** Where a run's cgroups are: in groups of our own, or in a scope that systemd makes. See docs/cgroups.md. */
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { layoutCgroups, type CgroupLayout, type RunName } from './cgroup/layout.js';
import { makeSupervisorGroups } from './cgroup/supervisors.js';
import { expectScope, findScope } from './cgroup/systemd/layout.js';
import { scopeName, sliceName } from './cgroup/systemd/names.js';
import { startScope, type Scope } from './cgroup/systemd/scope.js';
import type { Context } from './context.js';
import { launch, type Handshake } from './handshake.js';
import { Plan } from './plan/steps.js';

/** Decided, and nothing done yet. */
export interface PlannedPlace {
  /** With a scope: as far as it can be told before. */
  readonly cgroups: CgroupLayout;
  readonly scope?: Scope;
}

export interface Place {
  readonly cgroups: CgroupLayout;
  /** From here on only what runs there keeps it. */
  release(): void;
}

type Host = Pick<Context, 'hierarchies' | 'systemd'>;

export function planPlace({ hierarchies, systemd }: Host, domain: RunName): PlannedPlace {
  if (!systemd) return { cgroups: layoutCgroups(hierarchies, domain) };
  const slice = sliceName(domain.partition);
  const scope = { name: scopeName(domain), slice, description: `virtainer domain ${domain.name}` };
  return { cgroups: expectScope(hierarchies, scope), scope };
}

/** Makes all that the container's groups are made in and their controller lives in. */
export async function takePlace({ hierarchies }: Host, { cgroups, scope }: PlannedPlace): Promise<Place> {
  if (scope) return takeScope(hierarchies, scope);
  await makeSupervisorGroups(cgroups.made, process.pid);
  return { cgroups, release: () => undefined };
}

/** A scope is born with a process in it. This one ends with us, so that a scope of which nothing becomes goes again. */
async function takeScope(hierarchies: Host['hierarchies'], scope: Scope): Promise<Place> {
  const holder = await launchHolder(`cannot make ${scope.name}`);
  try {
    const { pid } = (await holder.running).process;
    await startScope(scope, pid);
    const cgroups = await findScope(hierarchies, scope, await readFile(`/proc/${pid}/cgroup`, 'utf8'));
    await makeSupervisorGroups(cgroups.made, pid);
    const release = (): void => {
      holder.close();
    };
    return { cgroups, release };
  } catch (cause) {
    holder.close();
    throw cause;
  }
}

async function launchHolder(doing: string): Promise<Handshake> {
  const nothing = openSync('/dev/null', 'r+');
  try {
    return await launch(new Plan('hold'), doing, { stdio: [nothing, nothing, nothing], extra: [] });
  } finally {
    closeSync(nothing);
  }
}
