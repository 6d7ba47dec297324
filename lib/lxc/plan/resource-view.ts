/** What the container sees of its own resources instead of the host's: which files, and what they are made of. */
import { join } from 'node:path';
import type { CompleteDomain } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import type { CgroupLayout, Group } from '../cgroup/layout.js';
import type { Plan } from './steps.js';

const ORIGIN = '<virtainer:resourceView>';

/** Names of the controller's files, and where they are shown. */
const FILES = [
  ['meminfo', '/proc/meminfo'],
  ['swaps', '/proc/swaps'],
  ['cpuinfo', '/proc/cpuinfo'],
  ['stat', '/proc/stat'],
  ['uptime', '/proc/uptime'],
  ['loadavg', '/proc/loadavg'],
  ['diskstats', '/proc/diskstats'],
  ['cpu-online', '/sys/devices/system/cpu/online'],
] as const;

interface Source {
  /** The controller's name for what the file says, and in which format. */
  readonly name: string;
  readonly file: string;
  /** A limit that also holds when a group above has it. */
  readonly inherited?: true;
}

const V1_SOURCES: Readonly<Record<string, readonly Source[]>> = {
  memory: [
    { name: 'memory-limit', file: 'memory.limit_in_bytes', inherited: true },
    { name: 'memory-and-swap-limit', file: 'memory.memsw.limit_in_bytes', inherited: true },
    { name: 'memory-usage', file: 'memory.usage_in_bytes' },
    { name: 'memory-stat', file: 'memory.stat' },
  ],
  cpuset: [{ name: 'cpus', file: 'cpuset.effective_cpus' }],
  cpu: [
    { name: 'cpu-quota', file: 'cpu.cfs_quota_us', inherited: true },
    { name: 'cpu-period', file: 'cpu.cfs_period_us', inherited: true },
  ],
  cpuacct: [{ name: 'cpu-usage-all', file: 'cpuacct.usage_all' }],
  pids: [{ name: 'processes', file: 'pids.current' }],
  blkio: [
    { name: 'io-operations', file: 'blkio.throttle.io_serviced_recursive' },
    { name: 'io-bytes', file: 'blkio.throttle.io_service_bytes_recursive' },
  ],
};

const V2_SOURCES: typeof V1_SOURCES = {
  memory: [
    { name: 'memory-limit', file: 'memory.max', inherited: true },
    { name: 'swap-limit', file: 'memory.swap.max', inherited: true },
    { name: 'memory-usage', file: 'memory.current' },
    { name: 'memory-stat-v2', file: 'memory.stat' },
  ],
  cpuset: [{ name: 'cpus', file: 'cpuset.cpus.effective' }],
  cpu: [
    { name: 'cpu-max', file: 'cpu.max', inherited: true },
    { name: 'cpu-stat-v2', file: 'cpu.stat' },
  ],
  pids: [{ name: 'processes', file: 'pids.current' }],
  io: [{ name: 'io-stat-v2', file: 'io.stat' }],
};

/**
 * Whether the container sees its own resources. Asked for by nobody, it does where the host can.
 *
 * @param problem - why the host can't
 * @throws VirtError CONFIG_UNSUPPORTED when the definition asks for it, and the host can't.
 */
export function hasResourceView({ extensions }: CompleteDomain, problem: string | undefined): boolean {
  const mode = extensions?.resourceView?.mode;
  if (mode === 'host') return false;
  if (mode === 'container' && problem !== undefined) {
    throw new VirtError(
      'CONFIG_UNSUPPORTED',
      `<virtainer:resourceView mode='container'>: this host has no FUSE: ${problem}`,
      { hint: "load the kernel's module fuse, or say <virtainer:resourceView mode='host'/>" },
    );
  }
  return problem === undefined;
}

export function planResourceView(plan: Plan, definition: CompleteDomain, cgroups: CgroupLayout): void {
  // What the definition says of the clock holds.
  if (!definition.extensions?.timeOffsets?.boottime) plan.add(ORIGIN, 'boottime-from-start');
  plan.add(ORIGIN, 'view');
  for (const [name, path] of viewSources(cgroups)) plan.add(ORIGIN, 'view-source', name, path);
}

/** Before what the definition masks or makes read-only: that may be one of these. */
export function planViewFiles(plan: Plan): void {
  for (const [name, target] of FILES) plan.add(ORIGIN, 'view-file', name, target);
}

function viewSources(cgroups: CgroupLayout): (readonly [name: string, path: string])[] {
  return cgroups.groups.flatMap((group) => {
    const known = group.version === 1 ? V1_SOURCES : V2_SOURCES;
    return group.controllers
      .flatMap((controller) => known[controller] ?? [])
      .flatMap(({ name, file, inherited }) =>
        (inherited ? lineage(group, cgroups) : [group.directory]).map(
          (directory) => [name, join(directory, file)] as const,
        ),
      );
  });
}

/** The group and the partitions it is in. */
function lineage({ directory }: Group, { partitions }: CgroupLayout): readonly string[] {
  return [directory, ...partitions.filter((partition) => directory.startsWith(`${partition}/`))];
}
