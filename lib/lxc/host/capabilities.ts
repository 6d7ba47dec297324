/** The host's capabilities, as the kernel tells them. */
import type { HostFacts } from '../../definition/domain/index.js';
import type {
  Capabilities,
  GuestCapabilities,
  HostCpuModel,
  SuspendTarget,
} from '../../definition/host/index.js';
import { readPageSizes } from './pages.js';
import { readSecurityModels } from './security.js';
import { readCells, readCpuTopology } from './topology.js';
import { fieldOf, type HostTree } from './tree.js';

const NO_UUID = '00000000-0000-0000-0000-000000000000';
const UUID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/u;
/** What firmware says that has no number of its own. */
const NOT_UNIQUE = /^(.)\1*$/u;
const NARROW_ARCHES: readonly string[] = ['i686', 'armv7l'];

export async function readCapabilities(host: HostFacts, tree: HostTree): Promise<Capabilities> {
  const pageSizesKiB = await readPageSizes(tree);
  const cells = await readCells(tree, pageSizesKiB[0] ?? 0);
  const topology = await readCpuTopology(tree, cells);
  return {
    host: {
      uuid: await readUuid(tree),
      arch: host.arch,
      cpus: cells.reduce((count, { cpus }) => count + cpus.length, 0),
      memoryKiB: fieldOf(await tree.text('proc/meminfo'), 'MemTotal') ?? 0,
      cpu: { ...(await readCpuModel(tree)), topology, pageSizesKiB },
      powerManagement: await readSuspendTargets(tree),
      iommu: (await tree.names('sys/kernel/iommu_groups')).length > 0,
      topology: { cells },
      securityModels: await readSecurityModels(tree),
    },
    guests: host.guestArches.map((arch) => guestOf(arch, host)),
  };
}

function guestOf(arch: string, { emulator }: HostFacts): GuestCapabilities {
  return {
    osType: 'exe',
    arch,
    wordsize: NARROW_ARCHES.includes(arch) ? 32 : 64,
    emulator,
    domainType: 'lxc',
  };
}

/** systemd's machine id is the host's identity where the firmware has none. */
async function readUuid(tree: HostTree): Promise<string> {
  for (const path of ['sys/class/dmi/id/product_uuid', 'etc/machine-id']) {
    const digits = ((await tree.text(path)) ?? '').toLowerCase().replace(/-/gu, '');
    const parts = NOT_UNIQUE.test(digits) ? undefined : UUID.exec(digits);
    if (parts) return parts.slice(1).join('-');
  }
  return NO_UUID;
}

async function readCpuModel(tree: HostTree): Promise<Pick<HostCpuModel, 'model' | 'vendor'>> {
  const cpuinfo = (await tree.text('proc/cpuinfo')) ?? '';
  const model = /^model name\s*:\s*(.+)$/mu.exec(cpuinfo)?.[1];
  const vendor = /^vendor_id\s*:\s*(.+)$/mu.exec(cpuinfo)?.[1];
  return { ...(model === undefined ? {} : { model }), ...(vendor === undefined ? {} : { vendor }) };
}

async function readSuspendTargets(tree: HostTree): Promise<readonly SuspendTarget[]> {
  const states = ((await tree.text('sys/power/state')) ?? '').split(/\s+/u);
  const modes = ((await tree.text('sys/power/disk')) ?? '').split(/[\s[\]]+/u);
  const [memory, disk] = [states.includes('mem'), states.includes('disk') && !modes.includes('disabled')];
  const targets: readonly (readonly [SuspendTarget, boolean])[] = [
    ['suspend_mem', memory],
    ['suspend_disk', disk],
    ['suspend_hybrid', memory && disk && modes.includes('suspend')],
  ];
  return targets.filter(([, possible]) => possible).map(([target]) => target);
}
