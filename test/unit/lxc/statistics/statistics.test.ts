/** What is kept between readings, of domains whose init is this process and whose controller is its parent. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../../lib/lxc/context.js';
import { createLocations, embeddedLocations } from '../../../../lib/lxc/locations.js';
import { bootId, startTimeOf } from '../../../../lib/lxc/process.js';
import { Statistics } from '../../../../lib/lxc/statistics/statistics.js';
import { LIVE_FORMAT } from '../../../../lib/lxc/store/live-record.js';
import { LiveStates } from '../../../../lib/lxc/store/live.js';
import * as recorded from './fake-groups.js';

const UUID = '11111111-1111-4111-8111-111111111111';
const group = recorded.useGroups();
let root = '';
let statistics: Statistics;
let live: LiveStates;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'virtainer-statistics-'));
  const where = embeddedLocations(root);
  createLocations(where);
  live = new LiveStates(where);
  statistics = new Statistics({ where, live, warnings: new Set<string>() } as unknown as Context);
});
afterEach(() => {
  jest.useRealTimers();
  statistics.close();
  rmSync(root, { recursive: true });
});

/** Writes the records of a running domain; its files are renamed into place, as the driver's are. */
function record(vcpus: number, usage: string, uuid = UUID): string {
  const { directory, ...rest } = group(1, ['memory'], {
    ...recorded.V1_MEMORY,
    'memory.usage_in_bytes': usage,
  });
  const folder = live.folder(uuid);
  mkdirSync(folder, { recursive: true });
  const definition = { uuid, name: 'web', vcpus, currentMemoryKiB: 1024 };
  const cgroups = { groups: [{ directory, ...rest }], partitions: [] };
  const text = JSON.stringify({ format: LIVE_FORMAT, bootId: bootId(), definition, cgroups });
  writeFileSync(join(folder, 'new'), text);
  renameSync(join(folder, 'new'), join(folder, 'live.json'));
  const [init, controller] = [process.pid, process.ppid].map((pid) => `${pid} ${startTimeOf(pid) ?? ''}`);
  writeFileSync(join(folder, 'controller'), `1 ${controller ?? ''} ${init ?? ''} ${bootId()}\n`);
  return directory;
}

function openBelow(directory: string): number {
  const isBelow = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isBelow).length;
}

test('records are read again when they have changed, and nothing of the run before stays open', async () => {
  const first = record(1, '1024\n');
  expect(await statistics.find(UUID, ['memory'])).toMatchObject({ vcpus: 1, memory: { usageKiB: 1 } });
  expect(openBelow(first)).toBeGreaterThan(0);
  const second = record(2, '4096\n');
  expect(await statistics.find(UUID, ['memory'])).toMatchObject({ vcpus: 2, memory: { usageKiB: 4 } });
  expect(openBelow(first)).toBe(0);
  statistics.close();
  expect(openBelow(second)).toBe(0);
});

test('what nobody reads any more is closed', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'] });
  const directory = record(1, '1024\n');
  await statistics.find(UUID, ['memory']);
  jest.advanceTimersByTime(29_000);
  await statistics.find(UUID, ['memory']);
  jest.advanceTimersByTime(29_000);
  expect(openBelow(directory)).toBeGreaterThan(0);
  jest.advanceTimersByTime(31_000);
  expect(openBelow(directory)).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});

test('a domain whose records are gone is not running, and is not kept', async () => {
  const directory = record(1, '1024\n');
  await statistics.find(UUID, ['memory']);
  rmSync(join(live.folder(UUID), 'live.json'));
  expect(await statistics.find(UUID, ['memory'])).toBeUndefined();
  expect(openBelow(directory)).toBe(0);
});

test('the records of a later version hide no other domain, and are reported once', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  record(1, '1024\n');
  const later = UUID.replaceAll('1', '2');
  record(1, '1024\n', later);
  writeFileSync(join(live.folder(later), 'live.json'), JSON.stringify({ format: 1000 }));
  for (let round = 0; round < 2; round++)
    expect((await statistics.readAll(['memory'])).map(({ uuid }) => uuid)).toEqual([UUID]);
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});

test('a reading after the end of the connection keeps nothing open', async () => {
  const directory = record(1, '1024\n');
  statistics.close();
  expect(await statistics.find(UUID, ['memory'])).toMatchObject({ memory: { usageKiB: 1 } });
  expect(openBelow(directory)).toBe(0);
});
