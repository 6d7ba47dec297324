/** Limits, as files of the unified hierarchy: since lxc-tools 3, and what current hosts have. */
import type { BlkiotuneDevice, DomainDefinition } from '../../../domain/index.js';
import { reportNumatune, reportTuning } from '../../unmapped-tuning.js';
import { blockNumbers } from '../../block-numbers.js';
import { weightOfShares } from '../weights.js';
import type { Lines } from './lines.js';

const CGROUP = 'lxc.cgroup2';

export function exportCgroup(definition: DomainDefinition, lines: Lines): void {
  exportMemory(definition, lines);
  exportCpu(definition, lines);
  exportBlkio(definition, lines);
  reportTuning(definition, lines.report);
}

function exportMemory({ memoryKiB, memtune }: DomainDefinition, lines: Lines): void {
  const { hardLimitKiB = memoryKiB, softLimitKiB, swapHardLimitKiB } = memtune ?? {};
  lines.add('memory', `${CGROUP}.memory.max`, bytes(hardLimitKiB));
  if (softLimitKiB !== undefined) {
    lines.add('memtune/soft_limit', `${CGROUP}.memory.high`, bytes(softLimitKiB));
  }
  if (swapHardLimitKiB !== undefined) {
    const swapKiB = Math.max(0, swapHardLimitKiB - hardLimitKiB);
    lines.add('memtune/swap_hard_limit', `${CGROUP}.memory.swap.max`, bytes(swapKiB));
  }
}

function bytes(kib: number): string {
  return (BigInt(kib) * 1024n).toString();
}

function exportCpu({ cputune, cpuset, numatune }: DomainDefinition, lines: Lines): void {
  const { shares, quotaMicroseconds, periodMicroseconds } = cputune ?? {};
  if (shares !== undefined) lines.add('cputune/shares', `${CGROUP}.cpu.weight`, weightOfShares(shares));
  if (quotaMicroseconds !== undefined || periodMicroseconds !== undefined) {
    const isLimited = quotaMicroseconds !== undefined && quotaMicroseconds > 0;
    const period = periodMicroseconds === undefined ? '' : ` ${periodMicroseconds}`;
    lines.add('cputune/quota', `${CGROUP}.cpu.max`, `${isLimited ? quotaMicroseconds : 'max'}${period}`);
  }
  lines.optional('vcpu@cpuset', `${CGROUP}.cpuset.cpus`, cpuset);
  lines.optional('numatune', `${CGROUP}.cpuset.mems`, numatune?.memory?.nodeset);
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
