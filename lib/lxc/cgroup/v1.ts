/** The limits of version 1. @see https://docs.kernel.org/admin-guide/cgroup-v1/index.html */
import { compact } from '../../definition/plain/compact.js';
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
import type { BlockDeviceResources, Resources } from './resources.js';
import { hugetlbFiles, limitFile, type CgroupVersion, type GroupLimits, type LimitFile } from './version.js';

const NO_LIMIT = '-1';
const WEIGHT = ['blkio.weight', 'blkio.bfq.weight'] as const;
const DEVICE_WEIGHT = ['blkio.weight_device', 'blkio.bfq.weight_device'] as const;
const RATES = [
  ['readIopsSec', 'blkio.throttle.read_iops_device', '<read_iops_sec>'],
  ['writeIopsSec', 'blkio.throttle.write_iops_device', '<write_iops_sec>'],
  ['readBytesSec', 'blkio.throttle.read_bps_device', '<read_bytes_sec>'],
  ['writeBytesSec', 'blkio.throttle.write_bps_device', '<write_bytes_sec>'],
] as const;

export const v1: CgroupVersion = {
  controllers: {
    memory: 'memory',
    cpu: 'cpu',
    cpuset: 'cpuset',
    block: 'blkio',
    pids: 'pids',
    hugetlb: 'hugetlb',
  },
  files: {
    memory: memoryFiles,
    cpu: ({ shares = 1024, periodMicroseconds = 100_000, quotaMicroseconds = -1 }) => [
      limitFile('cpu.shares', '<shares>', { value: String(shares), initial: '1024' }),
      limitFile('cpu.cfs_period_us', '<period>', { value: String(periodMicroseconds), initial: '100000' }),
      limitFile('cpu.cfs_quota_us', '<quota>', {
        value: String(Math.max(quotaMicroseconds, -1)),
        initial: NO_LIMIT,
      }),
    ],
    cpuset: ({ cpus = '', nodes = '' }) => [
      limitFile('cpuset.cpus', '<vcpu cpuset>', { value: cpus, initial: '' }),
      // What is in memory already follows when the nodes change: from here on.
      limitFile('cpuset.memory_migrate', '<numatune>', { value: nodes === '' ? '0' : '1', initial: '0' }),
      limitFile('cpuset.mems', '<numatune>', { value: nodes, initial: '' }),
    ],
    block: ({ weight = 100, devices }) => [
      { names: WEIGHT, element: '<blkiotune> weight', value: String(weight), initial: '100' },
      ...devices.flatMap(deviceFiles),
    ],
    pids: (limit) => [
      limitFile('pids.max', '<virtainer:pids>', { value: kernelLimit(limit), initial: 'max' }),
    ],
    hugetlb: (sizes) => hugetlbFiles(sizes, { limit: 'limit_in_bytes', initial: NO_LIMIT }),
  },
  read: {
    memory: readMemory,
    cpu: async (directory) => ({
      shares: Number(await readText(directory, 'cpu.shares')),
      periodMicroseconds: Number(await readText(directory, 'cpu.cfs_period_us')),
      quotaMicroseconds: Number(await readText(directory, 'cpu.cfs_quota_us')),
    }),
    cpuset: async (directory) => ({
      cpuset: await readText(directory, 'cpuset.cpus'),
      nodeset: await readText(directory, 'cpuset.mems'),
    }),
    block: readBlock,
    pids: async (directory) => ({ pids: parsePids(await readText(directory, 'pids.max')) }),
    hugetlb: () => Promise.resolve({}),
  },
};

function memoryFiles({
  limitBytes,
  swapBytes,
  limitsSwap,
  softLimitBytes,
  element,
}: Resources['memory']): LimitFile[] {
  const together = swapBytes === undefined ? NO_LIMIT : String(limitBytes + swapBytes);
  return [
    limitFile('memory.limit_in_bytes', element, { value: String(limitBytes), initial: NO_LIMIT }),
    {
      ...limitFile('memory.memsw.limit_in_bytes', '<swap_hard_limit>', {
        value: together,
        initial: NO_LIMIT,
      }),
      outermost: true,
      optional: !limitsSwap,
    },
    limitFile('memory.soft_limit_in_bytes', '<soft_limit>', {
      value: String(softLimitBytes ?? NO_LIMIT),
      initial: NO_LIMIT,
    }),
  ];
}

function deviceFiles({ number: device, path, weight, ...rates }: BlockDeviceResources): LimitFile[] {
  const where = `of <blkiotune> device '${path}'`;
  return [
    {
      names: DEVICE_WEIGHT,
      device,
      element: `<weight> ${where}`,
      value: String(weight ?? 0),
      initial: '0',
    },
    ...RATES.map(([key, name, element]) => ({
      ...limitFile(name, `${element} ${where}`, { value: String(rates[key] ?? 0), initial: '0' }),
      device,
    })),
  ];
}

async function readMemory(directory: string): Promise<Partial<GroupLimits>> {
  const [limit, together, soft] = await Promise.all([
    readText(directory, 'memory.limit_in_bytes'),
    readFirst(directory, ['memory.memsw.limit_in_bytes']),
    readText(directory, 'memory.soft_limit_in_bytes'),
  ]);
  return compact({
    hardLimitKiB: parseKiB(limit),
    swapHardLimitKiB: parseKiB(together),
    softLimitKiB: parseKiB(soft),
  });
}

async function readBlock(directory: string): Promise<Partial<GroupLimits>> {
  const weight = parseWeight(await readFirst(directory, WEIGHT));
  const columns = [['weight', DEVICE_WEIGHT] as const, ...RATES.map(([key, name]) => [key, [name]] as const)];
  const texts = await Promise.all(columns.map(([, names]) => readFirst(directory, names)));
  const devices = columns.flatMap(([key], index) => parseDeviceValues(key, texts[index]));
  return compact({ blockWeight: weight, blockDevices: mergeDevices(devices) });
}
