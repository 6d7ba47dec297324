/** What a container sees of its own resources, and that it can't harm who shows it. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Domain, DomainDefinition } from '../../lib/index.js';
import { fuseProblem } from '../../lib/lxc/host/fuse.js';
import { describeAsRoot, SKIP_REASON, useWorld } from './world.js';

const JAVA = '/usr/bin/java';
const KIB_64_MIB = 64 * 1024;
const HOST_CPUS = readFileSync('/sys/devices/system/cpu/online', 'utf8').trim();
const LAST_CPU = /\d+$/u.exec(HOST_CPUS)?.[0] ?? '0';
/** Opens as many files as it can, stops in the middle of each, and then reads on. */
const MANY_HANDLES = `
  const fs = require('node:fs');
  const paths = ['/proc/meminfo', '/proc/cpuinfo', '/proc/stat'];
  const handles = [];
  let problem = 'none';
  try { while (handles.length < 10000) handles.push(fs.openSync(paths[handles.length % 3])); } catch (error) { problem = error.code; }
  const begin = Buffer.alloc(100), rest = Buffer.alloc(65536);
  for (const handle of handles) fs.readSync(handle, begin, 0, 100);
  console.log(problem, handles.length > 4000, handles.every((handle) => fs.readSync(handle, rest, 0, 65536) > 0));
`;

interface Status {
  readonly cgroups: {
    readonly groups: readonly { readonly directory: string; readonly controllers: readonly string[] }[];
  };
}

const noFuse = fuseProblem() === undefined ? '' : ' (skipped: needs FUSE)';
const describeView = noFuse === '' ? describeAsRoot : describe.skip;
describeView(`a container from inside${SKIP_REASON}${noFuse}`, () => {
  const world = useWorld();

  const start = (definition: Partial<DomainDefinition> = {}): Promise<Domain> =>
    world().connection.createDomain(world().define({ definition }));
  const sh = async (domain: Domain, script: string): Promise<string> =>
    (await domain.exec(['/bin/sh', '-c', script], { reject: false })).stdout;
  const cat = (domain: Domain, path: string): Promise<string> => sh(domain, `cat ${path}`);
  const node = async (domain: Domain, script: string): Promise<string> =>
    (await domain.exec([process.execPath, '-e', script])).stdout;
  const kib = async (domain: Domain, name: string): Promise<number> =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, 'mu').exec(await cat(domain, '/proc/meminfo'))?.[1]);
  const folder = (domain: Domain): string => join(world().directory, 'run', domain.uuid);
  const controllerOf = (domain: Domain): number =>
    Number(readFileSync(join(folder(domain), 'controller'), 'utf8').split(' ')[1]);
  const residentKiB = (pid: number): number =>
    Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const cpuTicks = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  /** A file of the container's own group, of the first controller that has it. */
  const groupFile = async (domain: Domain, ...names: readonly string[]): Promise<string> => {
    const { cgroups } = JSON.parse(await readFile(join(folder(domain), 'live.json'), 'utf8')) as Status;
    const paths = cgroups.groups.flatMap(({ directory }) => names.map((name) => join(directory, name)));
    return paths.find((path) => existsSync(path)) ?? '';
  };
  const limit = async (domain: Domain, names: readonly string[], value: string): Promise<void> => {
    await writeFile(await groupFile(domain, ...names), value);
  };
  const MEMORY_LIMIT = ['memory.limit_in_bytes', 'memory.max'];

  test('memory, CPUs, time and disks are its own', async () => {
    const domain = await start({ cpuset: LAST_CPU });
    expect(await kib(domain, 'MemTotal')).toBe(KIB_64_MIB);
    const free = await kib(domain, 'MemFree');
    expect(free).toBeLessThan(KIB_64_MIB);
    expect(free).toBeGreaterThan(KIB_64_MIB / 2);
    expect(await kib(domain, 'Committed_AS')).toBe(0);
    expect(await cat(domain, '/proc/swaps')).toMatch(/^Filename\t.*\n?$/u);
    expect(await cat(domain, '/sys/devices/system/cpu/online')).toBe(LAST_CPU);
    const cpus = await sh(
      domain,
      "grep -E '^processor' /proc/cpuinfo; grep -Eo '^cpu[0-9]+' /proc/stat; nproc",
    );
    expect(cpus).toBe(`processor\t: ${LAST_CPU}\ncpu${LAST_CPU}\n1`);
    const [up = NaN, idle = NaN] = (await cat(domain, '/proc/uptime')).split(' ').map(Number);
    expect(up).toBeLessThan(60);
    expect(idle).toBeLessThanOrEqual(up);
    const born = Number(/^btime (\d+)$/mu.exec(await cat(domain, '/proc/stat'))?.[1]);
    expect(Math.abs(born - Date.now() / 1000)).toBeLessThan(60);
    expect(await cat(domain, '/proc/loadavg')).toMatch(/^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ 0$/u);
    // Nobody else's: neither the host's interrupts nor disks that it has not touched.
    expect(await cat(domain, '/proc/stat')).toMatch(/^intr 0$/mu);
    const disks = (await cat(domain, '/proc/diskstats')).split('\n').filter((line) => line !== '');
    expect(disks.length).toBeLessThan(readFileSync('/proc/diskstats', 'utf8').split('\n').length);
    await domain.destroy();
  });

  test('a limit that changes shows at the next reading, also through a file that stays open', async () => {
    const domain = await start({ memoryKiB: 256 * 1024 });
    const reader = domain.exec(
      [process.execPath, '-e', `
        const fs = require('node:fs');
        const handle = fs.openSync('/proc/meminfo'), bytes = Buffer.alloc(100);
        const show = () => { fs.readSync(handle, bytes, 0, 100, 0); console.log(bytes.toString().split('\\n')[0]); };
        show();
        process.stdin.on('data', show);
      `],
      { stdin: 'pipe' },
    ); // prettier-ignore
    const next = async (): Promise<string> => String(await once(reader.stdout, 'data')).trim();
    expect(await next()).toMatch(/^MemTotal: +262144 kB$/u);
    await limit(domain, MEMORY_LIMIT, String(192 * 1024 * 1024));
    const again = next();
    reader.stdin.write('again\n');
    expect(await again).toMatch(/^MemTotal: +196608 kB$/u);
    reader.stdin.end();
    await reader;
    const period = await groupFile(domain, 'cpu.cfs_period_us');
    if (period === '') await limit(domain, ['cpu.max'], '50000 100000');
    else await limit(domain, ['cpu.cfs_quota_us'], '50000');
    expect(await cat(domain, '/sys/devices/system/cpu/online')).toBe('0');
    await domain.destroy();
  });

  test('what it has computed is in stat, uptime and loadavg', async () => {
    const domain = await start({ cpuset: LAST_CPU });
    const times = async (): Promise<number[]> =>
      (await cat(domain, '/proc/stat')).split('\n')[0]?.trim().split(/ +/u).slice(1, 5).map(Number) ?? [];
    const [userBefore = NaN] = await times();
    await node(domain, 'while (process.cpuUsage().user < 1_000_000);');
    const [user = NaN, , system = NaN, idle = NaN] = await times();
    expect(user - userBefore).toBeGreaterThanOrEqual(20);
    const up = Number((await cat(domain, '/proc/uptime')).split(' ')[0]) * 100;
    expect(user + system + idle).toBeLessThanOrEqual(up + 1);
    const load = async (): Promise<number> => Number((await cat(domain, '/proc/loadavg')).split(' ')[0]);
    // On a busy host it takes a while until there is a hundredth of it.
    for (let turn = 0; (await load()) === 0 && turn < 20; turn++)
      await node(domain, 'const end = Date.now() + 500; while (Date.now() < end);');
    expect(await load()).toBeGreaterThan(0);
    // Started with the container, by the clock that the process itself counts from.
    expect(Number(await sh(domain, 'ps -o etimes= -p 1'))).toBeLessThan(60);
    await domain.destroy();
  });

  test('Node and Java take their memory from the limit', async () => {
    const memoryKiB = 512 * 1024;
    const domain = await start({ memoryKiB, cpuset: LAST_CPU });
    const seen = JSON.parse(
      await node(
        domain,
        'console.log(JSON.stringify([os.totalmem(), process.constrainedMemory(), v8.getHeapStatistics().heap_size_limit, os.cpus().length, os.uptime() < 60]))',
      ),
    ) as number[];
    expect([seen[0], seen[1], seen[3], seen[4]]).toEqual([memoryKiB * 1024, memoryKiB * 1024, 1, true]);
    expect(seen[2]).toBeLessThanOrEqual(memoryKiB * 1024);
    if (existsSync(JAVA)) {
      const flags = await sh(domain, `${JAVA} -XX:+PrintFlagsFinal -version 2>/dev/null`);
      const heap = Number(/ MaxHeapSize += (\d+)/u.exec(flags)?.[1]);
      expect(heap).toBeLessThanOrEqual(memoryKiB * 512);
      expect(heap).toBeGreaterThan(0);
    }
    await domain.destroy();
  });

  test('many readers at once read whole files', async () => {
    const domain = await start();
    const script =
      'for i in $(seq 30); do (for j in $(seq 20); do cat /proc/meminfo | head -c 60 | head -1; cat /proc/cpuinfo > /dev/null; done) & done; wait';
    const lines = (await sh(domain, script)).split('\n');
    expect(new Set(lines)).toEqual(new Set(['MemTotal:          65536 kB']));
    expect(lines).toHaveLength(600);
    await domain.destroy();
  });

  test('readers that are killed while they read keep nobody from reading, nor the container from ending', async () => {
    const domain = await start();
    const loops =
      'for i in $(seq 20); do (while :; do cat /proc/stat /proc/meminfo; done) > /dev/null & all="$all $!"; done';
    const readers = `${loops}; sleep 0.5; kill -9 $all; pkill -9 cat; cat /proc/uptime > /dev/null && echo fine`;
    expect(await sh(domain, readers)).toBe('fine');
    const busy = sh(domain, 'while :; do cat /proc/meminfo; done > /dev/null');
    await sh(domain, 'cat /proc/loadavg');
    await domain.destroy();
    await busy;
  });

  test('handles without number are served, and the controller does not grow', async () => {
    const domain = await start({ memoryKiB: 256 * 1024 });
    const before = residentKiB(controllerOf(domain));
    expect(await node(domain, MANY_HANDLES)).toBe('ENFILE true true');
    expect(await kib(domain, 'MemTotal')).toBe(256 * 1024);
    expect(residentKiB(controllerOf(domain)) - before).toBeLessThan(4096);
    await domain.destroy();
  });

  test('whoever reads without pause gets no more than a part of a CPU of the controller', async () => {
    const domain = await start();
    const controller = controllerOf(domain);
    const before = cpuTicks(controller);
    await sh(
      domain,
      'for i in $(seq 8); do (while :; do cat /proc/stat /proc/meminfo /proc/cpuinfo; done) > /dev/null & all="$all $!"; done; sleep 3; kill $all',
    );
    // A fifth of 3 s and the credit, 80 ticks in all; readers alone would make it 200 and more.
    expect(cpuTicks(controller) - before).toBeLessThan(130);
    await domain.destroy();
  });

  test('a container that reads all the time is suspended and resumed', async () => {
    const domain = await start();
    const busy = sh(
      domain,
      'for i in $(seq 8); do (while :; do cat /proc/stat; done) > /dev/null & done; wait',
    );
    for (let round = 0; round < 10; round++) {
      await domain.suspend();
      expect(await domain.getState()).toMatchObject({ state: 'paused' });
      await domain.resume();
    }
    await domain.destroy();
    await busy;
  });

  test('after a reboot the view is there again, and time begins anew', async () => {
    const domain = await start();
    await sh(domain, 'sleep 1.5');
    const before = Number((await cat(domain, '/proc/uptime')).split(' ')[0]);
    await domain.reboot();
    const after = Number((await cat(domain, '/proc/uptime')).split(' ')[0]);
    expect(before).toBeGreaterThan(1.5);
    expect(after).toBeLessThan(before);
    expect(await kib(domain, 'MemTotal')).toBe(KIB_64_MIB);
    await domain.destroy();
  });

  test('not even a container that may mount can look behind it or write to it', async () => {
    const domain = await start({ extensions: { security: { kind: 'booted' } } });
    const ways = [
      'umount /proc/meminfo', 'umount -l /proc/stat', 'mount -o remount,bind,rw /proc/uptime',
      'mount --move /proc/meminfo /mnt', 'echo 1 > /proc/meminfo', 'chmod 777 /proc/meminfo', 'touch /proc/stat',
      'mount -t proc none /mnt', 'umount /sys/devices/system/cpu/online', 'mount -o bind /proc/meminfo/.. /mnt',
    ]; // prettier-ignore
    for (const way of ways) expect(await sh(domain, `(${way}) 2>/dev/null && echo 'done: ${way}'`)).toBe('');
    expect(await kib(domain, 'MemTotal')).toBe(KIB_64_MIB);
    await domain.destroy();
  });

  test('what the definition says of paths and clocks holds', async () => {
    const domain = await start({
      extensions: {
        maskedPaths: { paths: ['/proc/meminfo'] },
        readonlyPaths: { paths: ['/proc/stat'] },
        timeOffsets: { boottime: { seconds: 86_400 } },
      },
    });
    expect(await cat(domain, '/proc/meminfo')).toBe('');
    expect(await cat(domain, '/proc/stat')).toMatch(/^cpu /u);
    const host = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const up = Number((await cat(domain, '/proc/uptime')).split(' ')[0]);
    expect(Math.abs(up - host - 86_400)).toBeLessThan(60);
    await domain.destroy();
  });

  test('its own groups of version 1 are there to be read, and nothing above them', async () => {
    const domain = await start();
    const bytes = await sh(
      domain,
      'cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max',
    );
    expect(Number(bytes)).toBe(KIB_64_MIB * 1024);
    expect(
      await sh(domain, "find /sys/fs/cgroup -mindepth 2 -type d; find /sys/fs/cgroup -perm /222 -name 'x*'"),
    ).toBe('');
    expect(await sh(domain, 'mkdir /sys/fs/cgroup/memory/x 2>&1 | tail -c 22')).toMatch(
      /Read-only file system|Permission denied|No such file/u,
    );
    await domain.destroy();
  });

  test('who wants to sees the host', async () => {
    const domain = await start({ extensions: { resourceView: { mode: 'host' } } });
    const host = /^MemTotal:.*/mu.exec(readFileSync('/proc/meminfo', 'utf8'))?.[0];
    expect(await sh(domain, 'head -1 /proc/meminfo')).toBe(host);
    expect(await cat(domain, '/sys/devices/system/cpu/online')).toBe(HOST_CPUS);
    expect(await cat(domain, '/proc/self/mountinfo')).not.toContain(' fuse ');
    expect(await sh(domain, 'ls /sys/fs/cgroup')).toBe('');
    await domain.destroy();
  });
});
