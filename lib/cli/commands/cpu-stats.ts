/** `virtainer cpu-stats`. */
import { VirtError, type CpuStats } from '../../index.js';
import { defineCommand, type OptionTable, type OptionValues } from '../command.js';
import { identify } from '../lookup.js';
import { optional } from '../parameters.js';
import { keyLines, type Key } from '../stats-keys.js';
import { parseCount } from '../units.js';

const OPTIONS = {
  total: { type: 'boolean', help: 'only the total' },
  start: { type: 'string', value: 'N', help: 'only single CPUs of the host, from this one on' },
  count: { type: 'string', value: 'N', help: 'only so many of them' },
} as const satisfies OptionTable;

export const cpuStats = defineCommand({
  name: 'cpu-stats',
  summary: 'print the CPU time of a running domain, on each CPU of the host and in total',
  positionals: ['NAME'],
  options: OPTIONS,
  async run({ print, findDomain }, { values, positionals: [name = ''] }) {
    const range = readRange(values);
    const domain = await findDomain(name);
    const { perCpuNs, ...total } = await domain.getCPUStats();
    const cpus = select(perCpuNs, range);
    const shown = { ...(cpus ? { cpus } : {}), ...(range.total ? { total } : {}) };
    await print.answer(format(shown), { ...identify(domain), ...shown });
    return 0;
  },
});

interface Range {
  readonly total: boolean;
  /** Whether single CPUs are asked for, to be refused where they are not counted. */
  readonly single: 'asked' | 'usual' | 'none';
  readonly start: number;
  readonly count: number;
}

function readRange({ total, start, count }: OptionValues<typeof OPTIONS>): Range {
  const isAsked = start !== undefined || count !== undefined;
  return {
    total: total === true || !isAsked,
    single: isAsked ? 'asked' : total ? 'none' : 'usual',
    start: optional(start, (text) => parseCount('start', text)) ?? 0,
    count: optional(count, (text) => parseCount('count', text)) ?? Infinity,
  };
}

interface CpuTime {
  readonly cpu: number;
  readonly cpuTimeNs: bigint;
}

function select(
  perCpuNs: readonly bigint[] | undefined,
  { single, start, count }: Range,
): readonly CpuTime[] | undefined {
  if (single === 'none') return undefined;
  if (!perCpuNs) {
    if (single === 'usual') return undefined;
    throw new VirtError('OPERATION_INVALID', 'the host does not count the time of single CPUs', {
      domain: 'CGROUP',
      hint: 'only version 1 of cgroups does: leave out --start and --count',
    });
  }
  if (start >= perCpuNs.length) {
    throw new VirtError(
      'INVALID_ARG',
      `--start must be below ${perCpuNs.length}, the CPUs of the host: ${start}`,
    );
  }
  return perCpuNs.map((cpuTimeNs, cpu) => ({ cpu, cpuTimeNs })).slice(start, start + count);
}

function format({
  cpus = [],
  total,
}: {
  readonly cpus?: readonly CpuTime[];
  readonly total?: CpuStats;
}): string {
  const single = cpus.map(({ cpu, cpuTimeNs }) => `CPU${cpu}:\n${times([['cpu_time', cpuTimeNs]])}`);
  if (!total) return single.join('');
  const { cpuTimeNs, userTimeNs, systemTimeNs } = total;
  const sum = times([
    ['cpu_time', cpuTimeNs],
    ['user_time', userTimeNs],
    ['system_time', systemTimeNs],
  ]);
  return `${single.join('')}Total:\n${sum}`;
}

function times(keys: readonly Key[]): string {
  return keyLines(keys, (name, ns) => {
    const digits = ns.padStart(10, '0');
    const seconds = digits.slice(0, -9).padStart(9);
    return `\t${name.padEnd(12)} ${seconds}.${digits.slice(-9)} seconds`;
  });
}
