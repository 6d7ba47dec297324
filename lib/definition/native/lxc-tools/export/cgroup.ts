/** Limits, as files of the unified hierarchy: since lxc-tools 3, and what current hosts have. */
import {
  cpuQuota,
  hugePageName,
  limitedNodes,
  memoryLimitKiB,
  swapLimitKiB,
  weightOf,
  type BlkiotuneDevice,
  type DomainDefinition,
} from '../../../domain/index.js';
import { extensionElement } from '../../leftovers.js';
import { reportNumatune, reportTuning } from '../../unmapped-tuning.js';
import { blockNumbers } from '../../block-numbers.js';
import type { Lines } from './lines.js';

const CGROUP = 'lxc.cgroup2';

export function exportCgroup(definition: DomainDefinition, lines: Lines): void {
  exportMemory(definition, lines);
  exportCpu(definition, lines);
  exportBlkio(definition, lines);
  reportTuning(definition, lines.report);
}

/** Without a word about swap there is none here, and as much as the host has there. */
function exportMemory(definition: DomainDefinition, lines: Lines): void {
  const softLimitKiB = definition.memtune?.softLimitKiB;
  const swapKiB = swapLimitKiB(definition);
  lines.add('memory', `${CGROUP}.memory.max`, bytes(memoryLimitKiB(definition)));
  if (softLimitKiB !== undefined) {
    lines.add('memtune/soft_limit', `${CGROUP}.memory.high`, bytes(softLimitKiB));
  }
  if (swapKiB !== undefined) {
    lines.add('memtune/swap_hard_limit', `${CGROUP}.memory.swap.max`, bytes(swapKiB));
  }
  for (const { sizeKiB, limitKiB } of definition.extensions?.hugetlb ?? []) {
    const name = `${CGROUP}.hugetlb.${hugePageName(sizeKiB)}.max`;
    lines.add(extensionElement('hugetlb'), name, bytes(limitKiB));
  }
}

function bytes(kib: number): string {
  return (BigInt(kib) * 1024n).toString();
}

function exportCpu(definition: DomainDefinition, lines: Lines): void {
  const { cputune, cpuset, numatune } = definition;
  const { shares, periodMicroseconds } = cputune ?? {};
  const quotaMicroseconds = cpuQuota(definition);
  if (shares !== undefined) lines.add('cputune/shares', `${CGROUP}.cpu.weight`, weightOf(shares));
  if (quotaMicroseconds !== undefined || periodMicroseconds !== undefined) {
    const isLimited = quotaMicroseconds !== undefined && quotaMicroseconds > 0;
    const period = periodMicroseconds === undefined ? '' : ` ${periodMicroseconds}`;
    lines.add('cputune/quota', `${CGROUP}.cpu.max`, `${isLimited ? quotaMicroseconds : 'max'}${period}`);
  }
  lines.optional('vcpu@cpuset', `${CGROUP}.cpuset.cpus`, cpuset);
  lines.optional('numatune', `${CGROUP}.cpuset.mems`, limitedNodes(definition));
  reportNumatune(numatune, lines.report);
}

function exportBlkio({ blkiotune }: DomainDefinition, lines: Lines): void {
  lines.optional('blkiotune/weight', `${CGROUP}.io.weight`, blkiotune?.weight);
  for (const device of blkiotune?.devices ?? []) {
    const numbers = blockNumbers(device.path);
    if (!numbers) {
      lines.report.add('blkiotune/device', 'only /dev/block/MAJOR:MINOR has an equivalent');
      continue;
    }
    const name = `${numbers.major}:${numbers.minor}`;
    if (device.weight !== undefined) {
      lines.add('blkiotune/device', `${CGROUP}.io.weight`, `${name} ${device.weight}`);
    }
    const limits = ioMax(device);
    if (limits !== '') lines.add('blkiotune/device', `${CGROUP}.io.max`, `${name} ${limits}`);
  }
}

function ioMax({ readBytesSec, writeBytesSec, readIopsSec, writeIopsSec }: BlkiotuneDevice): string {
  const limits = { rbps: readBytesSec, wbps: writeBytesSec, riops: readIopsSec, wiops: writeIopsSec };
  return Object.entries(limits)
    .flatMap(([word, value]) => (value === undefined ? [] : [`${word}=${value}`]))
    .join(' ');
}
