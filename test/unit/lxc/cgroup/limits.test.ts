/** Limits as files of both versions, in trees of files that stand for the kernel's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  completeDomain,
  type CompleteDomain,
  type DomainDefinition,
} from '../../../../lib/definition/domain/index.js';
import { sharesOf, weightOf } from '../../../../lib/definition/domain/index.js';
import { changeLimits } from '../../../../lib/lxc/cgroup/change.js';
import type { Group } from '../../../../lib/lxc/cgroup/layout.js';
import { limitFiles, readLimits } from '../../../../lib/lxc/cgroup/limits.js';
import { resourcesOf, type Resources } from '../../../../lib/lxc/cgroup/resources.js';
import { writeLimit } from '../../../../lib/lxc/cgroup/write-limit.js';
import { HOST } from '../../definition/documents.js';

const MIB = 1024;
const DISK = { kind: 'b', major: 8, minor: 16 } as const;
const V2_FILES = {
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'memory.high': 'max',
  'memory.oom.group': '0',
  'memory.current': '4096',
  'cpu.weight': '100',
  'cpu.max': 'max 100000',
  'cpuset.cpus': '',
  'cpuset.mems': '',
  'cpuset.cpus.effective': '0-3',
  'cpuset.mems.effective': '0',
  'io.weight': 'default 100',
  'io.max': '',
  'pids.max': 'max',
  'hugetlb.2MB.max': 'max',
} as const;
const V1_FILES = {
  'memory.limit_in_bytes': '9223372036854771712',
  'memory.memsw.limit_in_bytes': '9223372036854771712',
  'memory.soft_limit_in_bytes': '9223372036854771712',
} as const;

let tree = '';
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'virtainer-groups-'));
});
afterEach(() => {
  rmSync(tree, { recursive: true });
});

function makeGroup(
  version: 1 | 2,
  controllers: readonly string[],
  files: Readonly<Record<string, string>>,
): Group {
  const directory = join(tree, `v${version}`);
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { version, controllers, directory };
}

const makeV2 = (): Group => makeGroup(2, ['memory', 'cpu', 'cpuset', 'io', 'pids', 'hugetlb'], V2_FILES);
const makeV1 = (): Group => makeGroup(1, ['memory'], V1_FILES);

function resources(definition: Partial<DomainDefinition>): Resources {
  const complete: CompleteDomain = completeDomain(
    {
      type: 'lxc',
      name: 'web',
      memoryKiB: 64 * MIB,
      os: { type: 'exe', init: '/bin/sh' },
      ...definition,
    },
    HOST,
  );
  return resourcesOf(complete, complete.extensions?.pids?.limit ?? 'unlimited', { lookUp: () => DISK });
}

const TUNED: Partial<DomainDefinition> = {
  memtune: { hardLimitKiB: 32 * MIB, softLimitKiB: 16 * MIB, swapHardLimitKiB: 48 * MIB },
  cputune: { shares: 2048, periodMicroseconds: 50_000, quotaMicroseconds: 25_000 },
  cpuset: '1-2',
  numatune: { memory: { mode: 'strict', nodeset: '0' } },
  blkiotune: {
    weight: 200,
    devices: [{ path: '/dev/sdb', weight: 300, readBytesSec: 1000, writeIopsSec: 7 }],
  },
  extensions: { pids: { limit: 9 }, hugetlb: [{ sizeKiB: 2048, limitKiB: 4096 }] },
};

const read = (group: Group, name: string): string => readFileSync(join(group.directory, name), 'utf8');

async function write(groups: readonly Group[], limits: Resources): Promise<void> {
  for (const file of limitFiles(groups, limits).filter(({ value, initial }) => value !== initial))
    await writeLimit(file, 'CONFIG_UNSUPPORTED');
}

test('version 2: swap without the memory, a weight of the same proportion, one line for a device', async () => {
  const group = makeV2();
  await write([group], resources(TUNED));
  expect(Object.fromEntries(Object.keys(V2_FILES).map((name) => [name, read(group, name)]))).toMatchObject({
    'memory.max': String(32 * MIB * 1024),
    'memory.swap.max': String(16 * MIB * 1024),
    'memory.high': String(16 * MIB * 1024),
    'memory.oom.group': '1',
    'cpu.weight': '174',
    'cpu.max': '25000 50000',
    'cpuset.cpus': '1-2',
    'cpuset.mems': '0',
    'io.max': '8:16 rbps=1000 wbps=max riops=max wiops=7',
    'pids.max': '9',
    'hugetlb.2MB.max': String(4 << 20),
  });
});

test('version 2: what the files say is what a getter says', async () => {
  const group = makeV2();
  await write([group], resources(TUNED));
  writeFileSync(join(group.directory, 'io.weight'), 'default 200\n8:16 300\n');
  expect(await readLimits([group])).toEqual({
    hardLimitKiB: 32 * MIB,
    swapHardLimitKiB: 48 * MIB,
    softLimitKiB: 16 * MIB,
    shares: sharesOf(weightOf(2048)),
    periodMicroseconds: 50_000,
    quotaMicroseconds: 25_000,
    cpuset: '0-3',
    nodeset: '0',
    blockWeight: 200,
    blockDevices: [{ number: '8:16', weight: 300, readBytesSec: 1000, writeIopsSec: 7 }],
    pids: 9,
  });
});

test('without limits a new group is not written to, but for memory and swap', () => {
  const files = limitFiles([makeV2()], resources({}));
  const written = files.filter(({ value, initial }) => value !== initial).map(({ names }) => names[0]);
  expect(written).toEqual(['memory.max', 'memory.swap.max', 'memory.oom.group']);
});

test('no memory controller: no start, whatever the definition says', () => {
  expect(() => limitFiles([], resources({}))).toThrow('<memory>: no cgroup memory controller is mounted');
});

test.each([
  ['<shares>', 'cpu', { cputune: { shares: 3 } }],
  ['<vcpu cpuset>', 'cpuset', { cpuset: '0' }],
  ['<blkiotune> weight', 'blkio or io', { blkiotune: { weight: 200 } }],
  ['<virtainer:pids>', 'pids', { extensions: { pids: { limit: 3 } } }],
  ['<virtainer:hugetlb>', 'hugetlb', { extensions: { hugetlb: [{ sizeKiB: 2048, limitKiB: 0 }] } }],
  ['<quota>', 'cpu', { extensions: { vcpuLimit: true } }],
] as const)('%s is refused where there is no %s controller', (element, controller, definition) => {
  expect(() => limitFiles([makeV1()], resources(definition))).toThrow(
    expect.objectContaining({
      code: 'CONFIG_UNSUPPORTED',
      message: `${element}: no cgroup ${controller} controller is mounted`,
    }) as Error,
  );
});

test('swap that a kernel does not count: refused where the definition limits it, and only there', async () => {
  const group = makeV1();
  rmSync(join(group.directory, 'memory.memsw.limit_in_bytes'));
  await write([group], resources({}));
  expect(read(group, 'memory.limit_in_bytes')).toBe(String(64 * MIB * 1024));
  await expect(write([group], resources({ memtune: { swapHardLimitKiB: 64 * MIB } }))).rejects.toMatchObject({
    code: 'CONFIG_UNSUPPORTED',
    message: expect.stringContaining('<swap_hard_limit>') as string,
  });
});

test.each([
  [32, 64, ['memory.memsw.limit_in_bytes', 'memory.limit_in_bytes']],
  [64, 32, ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes']],
])('from %d to %d MiB: the sum is never below its part', async (before, after, order) => {
  const group = makeV1();
  const [from, to] = [before, after].map((size) => resources({ memoryKiB: size * MIB }));
  if (!from || !to) throw new Error('two sizes');
  // The first file fails, so that the second one is not written.
  rmSync(join(group.directory, order[0] ?? ''));
  mkdirSync(join(group.directory, order[0] ?? ''));
  await expect(changeLimits([group], { before: from, after: to })).rejects.toThrow();
  expect(read(group, order[1] ?? '')).toBe('9223372036854771712');
});

test('version 1: memory begins to follow the nodes before they change', () => {
  const group = { version: 1, controllers: ['memory', 'cpuset'], directory: tree } as const;
  const files = limitFiles([group], resources({ numatune: { memory: { mode: 'strict', nodeset: '0' } } }));
  const names = files.map(({ names: [name] }) => name);
  expect(names.indexOf('cpuset.memory_migrate')).toBeLessThan(names.indexOf('cpuset.mems'));
});

test('what has been written is put back when a later value is refused', async () => {
  const group = makeV2();
  await write([group], resources({}));
  rmSync(join(group.directory, 'pids.max'));
  const wanted = resources({
    memoryKiB: 128 * MIB,
    cputune: { shares: 4096 },
    extensions: { pids: { limit: 5 } },
  });
  await expect(changeLimits([group], { before: resources({}), after: wanted })).rejects.toMatchObject({
    code: 'OPERATION_INVALID',
    message: expect.stringContaining('<virtainer:pids>') as string,
  });
  expect([read(group, 'memory.max'), read(group, 'cpu.weight')]).toEqual([String(64 * MIB * 1024), '100']);
});

test('the caller can put everything back', async () => {
  const group = makeV2();
  await write([group], resources({}));
  const undo = await changeLimits([group], { before: resources({}), after: resources(TUNED) });
  expect(read(group, 'pids.max')).toBe('9');
  await undo();
  expect([read(group, 'pids.max'), read(group, 'cpu.max'), read(group, 'io.max')]).toEqual([
    'max',
    'max 100000',
    '8:16 rbps=max wbps=max riops=max wiops=max',
  ]);
});

test('version 2 would kill for a limit below what is used: it is refused before it is written', async () => {
  const group = makeV2();
  await write([group], resources({}));
  writeFileSync(join(group.directory, 'memory.current'), String(60 << 20));
  await expect(
    changeLimits([group], { before: resources({}), after: resources({ memoryKiB: 32 * MIB }) }),
  ).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
  expect(read(group, 'memory.max')).toBe(String(64 * MIB * 1024));
});

test('shares and weights meet at both ends and at the default, and go back to the same weight', () => {
  expect([2, 1024, 262_144].map(weightOf)).toEqual([1, 100, 10_000]);
  expect([1, 100, 10_000].map(sharesOf)).toEqual([2, 1024, 262_144]);
  for (let weight = 1; weight <= 10_000; weight += 7) {
    const again = weightOf(sharesOf(weight));
    expect(again).toBeGreaterThanOrEqual(weight);
    expect(again - weight).toBeLessThanOrEqual(4);
  }
});

test('what a call names is written even if it was so before, and devices are compared with what they were', async () => {
  const group = makeV2();
  await write([group], resources(TUNED));
  writeFileSync(join(group.directory, 'pids.max'), '5000');
  const devices = [{ path: '/dev/sdb', weight: 300, readBytesSec: 4000, writeIopsSec: 7 }];
  const after = resources({ ...TUNED, blkiotune: { weight: 200, devices } });
  await changeLimits([group], { before: resources(TUNED), after, always: ['pids', 'block'] });
  expect([read(group, 'pids.max'), read(group, 'io.max')]).toEqual([
    '9',
    '8:16 rbps=4000 wbps=max riops=max wiops=7',
  ]);
});
