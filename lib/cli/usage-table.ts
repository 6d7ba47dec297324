/** The table of `virtainer stats`. */
import type { DomainStats } from '../index.js';
import { formatBareTable } from './table.js';
import { formatBytes } from './units.js';
import type { Usage } from './usage.js';

const HEADER = ['NAME', 'CPU %', 'MEM USAGE / LIMIT', 'MEM %', 'NET I/O', 'BLOCK I/O', 'PIDS'];
/** What this host does not count. */
const UNKNOWN = '-';

export function formatUsage(usages: readonly Usage[], { quiet }: { readonly quiet: boolean }): string {
  const rows = usages.map(formatRow);
  return formatBareTable(quiet ? rows : [HEADER, ...rows]);
}

function formatRow(usage: Usage): readonly string[] {
  const { name, cpuPercent, memoryPercent, memory, pids } = usage;
  return [
    name,
    formatPercent(cpuPercent),
    memory ? `${formatKiB(memory.workingSetKiB)} / ${formatKiB(memory.limitKiB)}` : UNKNOWN,
    formatPercent(memoryPercent),
    traffic(usage),
    blocks(usage),
    pids ? String(pids.current) : UNKNOWN,
  ];
}

/** Received and sent; what a container says to itself is no traffic. */
function traffic({ interface: interfaces }: DomainStats): string {
  const outside = interfaces?.filter(({ name }) => name !== 'lo');
  return pair(
    outside?.map(({ rxBytes }) => rxBytes),
    outside?.map(({ txBytes }) => txBytes),
  );
}

/** Read and written. */
function blocks({ block }: DomainStats): string {
  return pair(
    block?.map(({ readBytes }) => readBytes),
    block?.map(({ writeBytes }) => writeBytes),
  );
}

function pair(one: readonly bigint[] | undefined, other: readonly bigint[] | undefined): string {
  return one && other ? `${formatSum(one)} / ${formatSum(other)}` : UNKNOWN;
}

function formatSum(numbers: readonly bigint[]): string {
  return formatBytes(numbers.reduce((sum, number) => sum + number, 0n));
}

function formatKiB(sizeKiB: number | undefined): string {
  return sizeKiB === undefined ? UNKNOWN : formatBytes(sizeKiB * 1024);
}

function formatPercent(percent: number | undefined): string {
  return percent === undefined ? UNKNOWN : `${percent.toFixed(2)}%`;
}
