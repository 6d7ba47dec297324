/** Runs whose init is this process and whose controller is its parent, with recorded groups. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActiveDomain } from '../../../../lib/lxc/active.js';
import type { Group } from '../../../../lib/lxc/cgroup/layout.js';
import { startTimeOf } from '../../../../lib/lxc/process.js';
import { DeviceNames } from '../../../../lib/lxc/statistics/device-names.js';
import { DescriptorBudget } from '../../../../lib/lxc/statistics/kept-files.js';
import { Run } from '../../../../lib/lxc/statistics/run.js';
import * as recorded from './fake-groups.js';

const group = recorded.useGroups();
const runs: Run[] = [];
afterEach(() => {
  for (const run of runs.splice(0)) run.close();
});

interface Ends {
  /** Its number has passed to another process. */
  readonly init?: boolean;
  readonly controller?: boolean;
}

function runOf(groups: readonly Group[], ended: Ends = {}): Run {
  const identity = (pid: number, gone = false): ActiveDomain['init'] => ({
    pid,
    startTime: gone ? '1' : (startTimeOf(pid) ?? ''),
  });
  const active = {
    init: identity(process.pid, ended.init),
    controller: identity(process.ppid, ended.controller),
    record: { definition: { uuid: 'u', name: 'web', vcpus: 2, currentMemoryKiB: 1024 }, cgroups: { groups } },
  } as unknown as ActiveDomain;
  const run = new Run(
    active,
    { record: '1', resumedFile: join(groups[0]?.directory ?? '', 'resumed') },
    { budget: new DescriptorBudget(100), devices: new DeviceNames() },
  );
  runs.push(run);
  return run;
}

const v1 = (): Group => group(1, ['memory'], recorded.V1_MEMORY);

test('a reading has what was asked for and is counted', async () => {
  const run = runOf([v1(), group(2, [], recorded.V2_PRESSURE)]);
  const reading = await run.read(['memory', 'pressure', 'pids', 'interface']);
  expect(reading?.hasInit).toBe(true);
  expect(reading?.stats).toMatchObject({ uuid: 'u', name: 'web', vcpus: 2, id: process.ppid });
  expect(Object.keys(reading?.stats ?? {})).toEqual(
    expect.arrayContaining(['memory', 'pressure', 'interface', 'at', 'monotonicNs']),
  );
  expect(reading?.stats).not.toHaveProperty('pids');
});

test('the state is that of the freezer of version 2, or else of version 1', async () => {
  const stateOf = async (...groups: Group[]): Promise<unknown> => (await runOf(groups).read([]))?.stats;
  const freezer = (state: string): Group => group(1, ['freezer'], { 'freezer.state': `${state}\n` });
  const unified = (frozen: number): Group => group(2, [], { 'cgroup.freeze': `${frozen}\n` });
  expect(await stateOf(freezer('FREEZING'))).toMatchObject({ state: 'paused', reason: 'user' });
  expect(await stateOf(freezer('THAWED'))).toMatchObject({ state: 'running', reason: 'booted' });
  expect(await stateOf(freezer('THAWED'), unified(1))).toMatchObject({ state: 'paused' });
  const resumed = unified(0);
  writeFileSync(join(resumed.directory, 'resumed'), '');
  expect(await stateOf(resumed)).toMatchObject({ state: 'running', reason: 'unpaused' });
  expect(await stateOf()).toMatchObject({ state: 'running', reason: 'booted' });
});

test('another process with the number of init gives no numbers', async () => {
  const reading = await runOf([v1()], { init: true }).read(['memory', 'interface']);
  expect(reading).toMatchObject({ hasInit: false, stats: { memory: { oomKills: 3 } } });
  expect(reading?.stats).not.toHaveProperty('interface');
  expect(await runOf([v1()], { init: true, controller: true }).read(['memory'])).toBeUndefined();
});

test('a container without init whose groups are being removed is over', async () => {
  const removed = v1();
  const run = runOf([removed], { init: true });
  expect(await run.read(['memory'])).toMatchObject({ hasInit: false });
  const fresh = runOf([removed], { init: true });
  rmSync(join(removed.directory, 'memory.stat'));
  expect(await fresh.read(['memory'])).toBeUndefined();
  expect(await fresh.read([])).toMatchObject({ hasInit: false });
});

test('what can not be read of a running container is an error that names the domain and the file', async () => {
  const odd = group(1, ['memory'], {});
  mkdirSync(join(odd.directory, 'memory.usage_in_bytes'));
  await expect(runOf([odd]).read(['memory'])).rejects.toMatchObject({
    code: 'SYSTEM_ERROR',
    errno: 'EISDIR',
    message: expect.stringContaining("'web'") as unknown,
  });
  expect(await runOf([odd], { init: true }).read(['memory'])).toBeUndefined();
});
