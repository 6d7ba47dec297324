/** Which limits are written where: every resource in the hierarchy that has its controller. */
import { VirtError, type VirtErrorCode } from '../../errors.js';
import type { Group } from './layout.js';
import type { ResourceKind, Resources } from './resources.js';
import { v1 } from './v1.js';
import { v2 } from './v2.js';
import type { CgroupVersion, GroupLimits, LimitFile } from './version.js';

/** A limit and the group that has it. */
export interface GroupFile extends LimitFile {
  readonly kind: ResourceKind;
  readonly group: Group;
}

const VERSIONS: Readonly<Record<Group['version'], CgroupVersion>> = { 1: v1, 2: v2 };
const KINDS = [
  'memory',
  'cpu',
  'cpuset',
  'block',
  'pids',
  'hugetlb',
] as const satisfies readonly ResourceKind[];

/**
 * Every limit that a container's groups have files for, whether the definition says it or not.
 * @param missing - the code for a limit that no hierarchy of this host can keep
 * @throws VirtError that code
 */
export function limitFiles(
  groups: readonly Group[],
  resources: Resources,
  missing: VirtErrorCode = 'CONFIG_UNSUPPORTED',
): GroupFile[] {
  return KINDS.flatMap((kind) => {
    const group = resourceGroup(groups, kind);
    if (group)
      return filesOf(VERSIONS[group.version], kind, resources).map((file) => ({ ...file, kind, group }));
    refuseMissing(kind, resources, missing);
    return [];
  });
}

/** What the kernel holds a container to; absent is what no hierarchy limits. */
export async function readLimits(groups: readonly Group[]): Promise<Partial<GroupLimits>> {
  const parts = await Promise.all(
    KINDS.map(async (kind) => {
      const group = resourceGroup(groups, kind);
      return group && (await VERSIONS[group.version].read[kind](group.directory));
    }),
  );
  return Object.assign({}, ...parts) as Partial<GroupLimits>;
}

/** No two hierarchies have the same controller. */
function resourceGroup(groups: readonly Group[], kind: ResourceKind): Group | undefined {
  return groups.find(({ version, controllers }) => controllers.includes(VERSIONS[version].controllers[kind]));
}

function filesOf(version: CgroupVersion, kind: ResourceKind, resources: Resources): readonly LimitFile[] {
  const each: Readonly<Record<ResourceKind, () => readonly LimitFile[]>> = {
    memory: () => version.files.memory(resources.memory),
    cpu: () => version.files.cpu(resources.cpu),
    cpuset: () => version.files.cpuset(resources.cpuset),
    block: () => version.files.block(resources.block),
    pids: () => version.files.pids(resources.pids),
    hugetlb: () => version.files.hugetlb(resources.hugetlb),
  };
  return each[kind]();
}

function refuseMissing(kind: ResourceKind, resources: Resources, code: VirtErrorCode): void {
  const asked = filesOf(v1, kind, resources).find(
    ({ value, initial, optional }) => value !== initial && optional !== true,
  );
  if (!asked) return;
  const names = [...new Set([v1.controllers[kind], v2.controllers[kind]])].join(' or ');
  const way = kind === 'pids' ? "say <virtainer:pids limit='unlimited'/>" : `remove ${asked.element}`;
  throw new VirtError(code, `${asked.element}: no cgroup ${names} controller is mounted`, {
    domain: 'CGROUP',
    hint: `mount the controller below /sys/fs/cgroup, or ${way}`,
  });
}
