/** The limits of version 2. @see https://docs.kernel.org/admin-guide/cgroup-v2.html */
import { compact } from '../../definition/plain/compact.js';
import { sharesOf, weightOf } from '../../definition/domain/index.js';
import {
  kernelLimit,
  mergeDevices,
  parseDeviceValues,
  parseKiB,
  parsePids,
  parseWeight,
  readFirst,
  readText,
} from './limit-text.js';
import type { BlockDeviceResources, CpuResources, Resources } from './resources.js';
import {
  hugetlbFiles,
  limitFile,
  type CgroupVersion,
  type GroupLimits,
  type LimitFile,
  type NumberedDevice,
} from './version.js';

const NO_LIMIT = 'max';
const WEIGHT = ['io.bfq.weight', 'io.weight'] as const;
/** Words of `io.max`, in the kernel's order. */
const RATES = [
  ['readBytesSec', 'rbps'],
  ['writeBytesSec', 'wbps'],
  ['readIopsSec', 'riops'],
  ['writeIopsSec', 'wiops'],
] as const;

export const v2: CgroupVersion = {
  controllers: {
    memory: 'memory',
    cpu: 'cpu',
    cpuset: 'cpuset',
    block: 'io',
    pids: 'pids',
    hugetlb: 'hugetlb',
  },
  files: {
    memory: memoryFiles,
    cpu: cpuFiles,
    cpuset: ({ cpus = '', nodes = '' }) => [
      limitFile('cpuset.cpus', '<vcpu cpuset>', { value: cpus, initial: '' }),
      limitFile('cpuset.mems', '<numatune>', { value: nodes, initial: '' }),
    ],
    block: ({ weight = 100, devices }) => [
      { names: WEIGHT, element: '<blkiotune> weight', value: String(weight), initial: '100' },
      ...devices.flatMap(deviceFiles),
    ],
    pids: (limit) => [
      limitFile('pids.max', '<virtainer:pids>', { value: kernelLimit(limit), initial: NO_LIMIT }),
    ],
    hugetlb: (sizes) => hugetlbFiles(sizes, { limit: 'max', initial: NO_LIMIT }),
  },
  read: {
    memory: readMemory,
    cpu: readCpu,
    cpuset: async (directory) => ({
      cpuset: await readText(directory, 'cpuset.cpus.effective'),
      nodeset: await readText(directory, 'cpuset.mems.effective'),
    }),
    block: readBlock,
    pids: async (directory) => ({ pids: parsePids(await readText(directory, 'pids.max')) }),
    hugetlb: () => Promise.resolve({}),
  },
};

/** Swap is limited by itself here: libvirt's swap_hard_limit is memory and swap together. */
function memoryFiles({ limitBytes, swapBytes, limitsSwap, ...memory }: Resources['memory']): LimitFile[] {
  return [
    {
      ...limitFile('memory.max', memory.element, { value: String(limitBytes), initial: NO_LIMIT }),
      reclaims: true,
    },
    {
      ...limitFile('memory.swap.max', '<swap_hard_limit>', {
        value: String(swapBytes ?? NO_LIMIT),
        initial: NO_LIMIT,
      }),
      optional: !limitsSwap,
    },
    limitFile('memory.high', '<soft_limit>', {
      value: String(memory.softLimitBytes ?? NO_LIMIT),
      initial: NO_LIMIT,
    }),
    { ...limitFile('memory.oom.group', memory.element, { value: '1', initial: '0' }), optional: true },
  ];
}

function cpuFiles({
  shares,
  periodMicroseconds = 100_000,
  quotaMicroseconds = -1,
}: CpuResources): LimitFile[] {
  const weight = shares === undefined ? 100 : weightOf(shares);
  const quota = quotaMicroseconds < 0 ? NO_LIMIT : String(quotaMicroseconds);
  return [
    limitFile('cpu.weight', '<shares>', { value: String(weight), initial: '100' }),
    limitFile('cpu.max', quota === NO_LIMIT ? '<period>' : '<quota>', {
      value: `${quota} ${periodMicroseconds}`,
      initial: 'max 100000',
    }),
  ];
}

function deviceFiles({ number: device, path, weight, ...rates }: BlockDeviceResources): LimitFile[] {
  const element = `<blkiotune> device '${path}'`;
  const words = (value: (key: (typeof RATES)[number][0]) => number | string): string =>
    RATES.map(([key, word]) => `${word}=${value(key)}`).join(' ');
  return [
    { names: WEIGHT, device, element, value: String(weight ?? 'default'), initial: 'default' },
    {
      ...limitFile('io.max', element, {
        value: words((key) => rates[key] ?? NO_LIMIT),
        initial: words(() => NO_LIMIT),
      }),
      device,
    },
  ];
}

async function readMemory(directory: string): Promise<Partial<GroupLimits>> {
  const [limit, swap, soft] = await Promise.all([
    readText(directory, 'memory.max'),
    readFirst(directory, ['memory.swap.max']),
    readText(directory, 'memory.high'),
  ]);
  const hardLimitKiB = parseKiB(limit);
  const swapKiB = parseKiB(swap);
  const together = hardLimitKiB === undefined || swapKiB === undefined ? undefined : hardLimitKiB + swapKiB;
  return compact({ hardLimitKiB, swapHardLimitKiB: together, softLimitKiB: parseKiB(soft) });
}

async function readCpu(directory: string): Promise<Partial<GroupLimits>> {
  const [quota, period] = (await readText(directory, 'cpu.max')).split(' ');
  return {
    shares: sharesOf(Number(await readText(directory, 'cpu.weight'))),
    periodMicroseconds: Number(period),
    quotaMicroseconds: quota === NO_LIMIT ? -1 : Number(quota),
  };
}

async function readBlock(directory: string): Promise<Partial<GroupLimits>> {
  const [weights, rates] = await Promise.all([
    readFirst(directory, WEIGHT),
    readFirst(directory, ['io.max']),
  ]);
  const devices = [...parseDeviceValues('weight', weights), ...parseRates(rates)];
  return compact({ blockWeight: parseWeight(weights), blockDevices: mergeDevices(devices) });
}

/** Lines such as `8:0 rbps=1048576 wbps=max riops=max wiops=120`. */
function parseRates(text = ''): NumberedDevice[] {
  return text.split('\n').flatMap((line) => {
    const [number = '', ...words] = line.split(' ');
    const values = new Map(words.map((word) => word.split('=') as [string, string | undefined]));
    return RATES.flatMap(([key, word]) => {
      const value = values.get(word);
      return value === undefined || value === NO_LIMIT ? [] : [{ number, [key]: Number(value) }];
    });
  });
}
