/** Which cgroups a container has in a scope of systemd's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VirtError } from '../../../errors.js';
import { directoryOf, keyOf, parseMemberships, type Hierarchy } from '../hierarchies.js';
import { SCOPE_GROUP, groupIn, supervisorIn, type CgroupLayout, type Group } from '../layout.js';
import { slicePath } from './names.js';
import type { Scope } from './scope.js';

/** Beside the container's: a scope that holds processes itself can't hand controllers down. */
const SUPERVISOR_GROUP = 'supervisor';

type Names = Pick<Scope, 'name' | 'slice'>;

/** What is to be expected before the scope is there, with nothing that would have to be removed. */
export function expectScope(hierarchies: readonly Hierarchy[], scope: Names): CgroupLayout {
  const below = [...slicePath(scope.slice), scope.name, SCOPE_GROUP];
  const groups = hierarchies.map((hierarchy) => groupIn(hierarchy, ...below));
  return { groups, partitions: [], supervisors: [], made: [] };
}

/**
 * Where systemd has put a scope's first process. systemd has not all hierarchies of version 1: in the others the groups
 * have the same names, and are ours to make and to remove.
 *
 * @param memberships - `/proc/PID/cgroup` of that process
 * @throws VirtError INTERNAL_ERROR when it is not in the scope
 */
export async function findScope(
  hierarchies: readonly Hierarchy[],
  scope: Names,
  memberships: string,
): Promise<CgroupLayout> {
  const paths = parseMemberships(memberships);
  const parts = await Promise.all(
    hierarchies.map(async (hierarchy) => {
      const path = paths.get(keyOf(hierarchy.version, hierarchy.controllers)) ?? '';
      const directory = path.endsWith(`/${scope.name}`) ? directoryOf(hierarchy, path) : undefined;
      return directory === undefined ? outside(hierarchy, scope) : inside(hierarchy, directory);
    }),
  );
  const made = parts.flatMap((part) => part.made);
  if (made.length === 0) {
    throw new VirtError(
      'INTERNAL_ERROR',
      `systemd has made ${scope.name} and not put the first process into it`,
      {
        domain: 'SYSTEMD',
        hint: 'systemd and this process must see the same PID and cgroup namespace',
      },
    );
  }
  return {
    groups: parts.map(({ group }) => group),
    partitions: parts.flatMap(({ partitions }) => partitions),
    supervisors: parts.map(({ supervisor }) => supervisor),
    made,
  };
}

type Part = Pick<CgroupLayout, 'partitions' | 'made'> & { readonly group: Group; readonly supervisor: Group };

async function inside({ version, controllers: all }: Hierarchy, scope: string): Promise<Part> {
  const controllers = version === 1 ? all : await controllersOf(scope);
  const supervisor = { version, controllers, directory: join(scope, SUPERVISOR_GROUP) };
  // systemd removes the scope, with everything in it, when nothing runs there any more.
  return {
    group: { version, controllers, directory: join(scope, SCOPE_GROUP) },
    partitions: [],
    supervisor,
    made: [supervisor],
  };
}

function outside(hierarchy: Hierarchy, scope: Names): Part {
  const above = [...slicePath(scope.slice), scope.name];
  return {
    group: groupIn(hierarchy, ...above, SCOPE_GROUP),
    partitions: above.map(
      (_, index) => groupIn(hierarchy, ...above.slice(0, above.length - index)).directory,
    ),
    supervisor: supervisorIn(hierarchy),
    made: [],
  };
}

/** Those that systemd has handed down to the scope. */
async function controllersOf(directory: string): Promise<string[]> {
  const text = await readFile(join(directory, 'cgroup.controllers'), 'utf8');
  return text.split(/\s+/u).filter((name) => name !== '');
}
