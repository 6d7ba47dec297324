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
import type { CgroupVersion, GroupLimits, LimitFile } from './version.js';

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
      file('cpu.shares', '<shares>', { value: String(shares), initial: '1024' }),
      file('cpu.cfs_period_us', '<period>', { value: String(periodMicroseconds), initial: '100000' }),
      file('cpu.cfs_quota_us', '<quota>', {
        value: String(Math.max(quotaMicroseconds, -1)),
        initial: NO_LIMIT,
      }),
    ],
    cpuset: ({ cpus = '', nodes = '' }) => [
      file('cpuset.cpus', '<vcpu cpuset>', { value: cpus, initial: '' }),
      // What is in memory already follows when the nodes change: from here on.
      file('cpuset.memory_migrate', '<numatune>', { value: nodes === '' ? '0' : '1', initial: '0' }),
      file('cpuset.mems', '<numatune>', { value: nodes, initial: '' }),
    ],
    block: ({ weight = 100, devices }) => [
      { names: WEIGHT, element: '<blkiotune> weight', value: String(weight), initial: '100' },
      ...devices.flatMap(deviceFiles),
    ],
    pids: (limit) => [file('pids.max', '<virtainer:pids>', { value: kernelLimit(limit), initial: 'max' })],
    hugetlb: (sizes) => sizes.flatMap(({ size, limitBytes }) => hugetlbFiles(size, String(limitBytes))),
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
    file('memory.limit_in_bytes', element, { value: String(limitBytes), initial: NO_LIMIT }),
    {
      ...file('memory.memsw.limit_in_bytes', '<swap_hard_limit>', { value: together, initial: NO_LIMIT }),
      outermost: true,
      optional: !limitsSwap,
    },
    file('memory.soft_limit_in_bytes', '<soft_limit>', {
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
      ...file(name, `${element} ${where}`, { value: String(rates[key] ?? 0), initial: '0' }),
      device,
    })),
  ];
}

function hugetlbFiles(size: string, value: string): LimitFile[] {
  const element = '<virtainer:hugetlb>';
  return [
    file(`hugetlb.${size}.limit_in_bytes`, element, { value, initial: NO_LIMIT }),
    { ...file(`hugetlb.${size}.rsvd.limit_in_bytes`, element, { value, initial: NO_LIMIT }), optional: true },
  ];
}

function file(name: string, element: string, values: Pick<LimitFile, 'value' | 'initial'>): LimitFile {
  return { names: [name], element, ...values };
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
