/** NUMA cells with their CPUs, from sysfs. */
import type { CpuTopology, HostCell, HostCpu } from '../../definition/host/index.js';
import { readPages } from './pages.js';
import { fieldOf, type HostTree } from './tree.js';

const NODES = 'sys/devices/system/node';
const CPUS = 'sys/devices/system/cpu';

/** The cells in the order of their ids. A host without NUMA is one cell, as in libvirt. */
export async function readCells(tree: HostTree, pageKiB: number): Promise<readonly HostCell[]> {
  const online = await readOnline(tree);
  const nodes = await tree.numbered(NODES, /^node(\d+)$/u);
  if (nodes.length === 0) return [await readOnlyCell(tree, online, pageKiB)];
  const cells: HostCell[] = [];
  for (const id of nodes) cells.push(await readCell(tree, { id, nodes, online, pageKiB }));
  return cells;
}

/** Ids of the CPUs that are switched on. */
export async function readOnline(tree: HostTree): Promise<readonly number[]> {
  const listed = await tree.numbers(`${CPUS}/online`);
  if (listed && listed.length > 0) return listed;
  const cpuinfo = (await tree.text('proc/cpuinfo')) ?? '';
  return [...cpuinfo.matchAll(/^processor\s*:\s*(\d+)$/gmu)].map(([, id]) => Number(id));
}

/**
 * What each cell is made up of. Where cells or cores differ no product is the number of CPUs: then they
 * all count as cores of one socket, as in libvirt.
 */
export async function readCpuTopology(tree: HostTree, cells: readonly HostCell[]): Promise<CpuTopology> {
  const present = (await tree.numbers(`${CPUS}/present`)) ?? [];
  const filled = cells.map(({ cpus }) => cpus).filter((cpus) => cpus.length > 0);
  const count = Math.max(present.length, filled.flat().length);
  const sockets = Math.max(1, ...filled.map((cpus) => groups(cpus, ({ socketId }) => socketId).length));
  const bySocket = filled.flatMap((cpus) => groups(cpus, ({ socketId }) => socketId));
  const dies = Math.max(1, ...bySocket.map((cpus) => groups(cpus, ({ dieId }) => dieId).length));
  const byDie = bySocket.flatMap((cpus) => groups(cpus, ({ dieId }) => dieId));
  const cores = Math.max(1, ...byDie.map((cpus) => groups(cpus, ({ coreId }) => coreId).length));
  const threads = Math.max(1, ...filled.flat().map(({ siblings }) => siblings.length));
  return filled.length * sockets * dies * cores * threads === count
    ? { sockets, dies, cores, threads }
    : { sockets: 1, dies: 1, cores: Math.max(1, count), threads: 1 };
}

interface CellSource {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly online: readonly number[];
  readonly pageKiB: number;
}

async function readCell(tree: HostTree, { id, nodes, online, pageKiB }: CellSource): Promise<HostCell> {
  const folder = `${NODES}/node${id}`;
  const memoryKiB = fieldOf(await tree.text(`${folder}/meminfo`), 'MemTotal') ?? 0;
  const listed = (await tree.numbers(`${folder}/cpulist`)) ?? [];
  const distances = ((await tree.text(`${folder}/distance`)) ?? '').split(/\s+/u).filter(Boolean).map(Number);
  return {
    id,
    memoryKiB,
    pages: await readPages(tree, { folder: `${folder}/hugepages`, memoryKiB, pageKiB }),
    // The kernel lists online nodes only, in the order of their ids.
    distances:
      distances.length === nodes.length
        ? distances.map((value, index) => ({ id: nodes[index] ?? index, value }))
        : [],
    cpus: await readCpus(
      tree,
      listed.filter((cpu) => online.includes(cpu)),
    ),
  };
}

async function readOnlyCell(tree: HostTree, online: readonly number[], pageKiB: number): Promise<HostCell> {
  const memoryKiB = fieldOf(await tree.text('proc/meminfo'), 'MemTotal') ?? 0;
  const pages = await readPages(tree, { folder: 'sys/kernel/mm/hugepages', memoryKiB, pageKiB });
  return { id: 0, memoryKiB, pages, distances: [], cpus: await readCpus(tree, online) };
}

/** One after the other: hosts have more CPUs than a process may have open files. */
async function readCpus(tree: HostTree, ids: readonly number[]): Promise<HostCpu[]> {
  const cpus: HostCpu[] = [];
  for (const id of ids) cpus.push(await readCpu(tree, id));
  return cpus;
}

async function readCpu(tree: HostTree, id: number): Promise<HostCpu> {
  const folder = `${CPUS}/cpu${id}/topology`;
  const [socketId = 0, dieId = 0, coreId = id, siblings = [id]] = await Promise.all([
    tree.number(`${folder}/physical_package_id`),
    tree.number(`${folder}/die_id`),
    tree.number(`${folder}/core_id`),
    tree.numbers(`${folder}/thread_siblings_list`),
  ]);
  return { id, socketId, dieId, coreId, siblings };
}

function groups(cpus: readonly HostCpu[], key: (cpu: HostCpu) => number): readonly HostCpu[][] {
  const found = new Map<number, HostCpu[]>();
  for (const cpu of cpus) found.set(key(cpu), [...(found.get(key(cpu)) ?? []), cpu]);
  return [...found.values()];
}
