/** What real containers use, compared with the kernel's own files and with what they do. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Domain, DomainStats } from '../../lib/index.js';
import { openDescriptors } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld, type Changes } from './world.js';

interface Group {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly directory: string;
}

describeAsRoot(`statistics of real containers${SKIP_REASON}`, () => {
  const world = useWorld();

  async function start(changes: Changes = {}): Promise<Domain> {
    return world().connection.createDomain(world().define(changes));
  }

  const running = (script: string): Changes => ({ init: ['/bin/bash', '-c', script] });
  const folder = (domain: Domain): string => join(world().directory, 'run', domain.uuid);

  function groups(domain: Domain): readonly Group[] {
    const text = readFileSync(join(folder(domain), 'live.json'), 'utf8');
    return (JSON.parse(text) as { cgroups: { groups: readonly Group[] } }).cgroups.groups;
  }

  /** The directory of the group that has a controller of version 1; undefined on other hosts. */
  function groupOf(domain: Domain, controller: string): string | undefined {
    return groups(domain).find(
      ({ controllers, version }) => version === 1 && controllers.includes(controller),
    )?.directory;
  }

  /** A file of the group that counts, whichever version it is in. */
  function counted(domain: Domain, controller: string, v1: string, v2: string): string {
    const directory = groupOf(domain, controller);
    if (directory !== undefined) return readFileSync(join(directory, v1), 'utf8');
    const unified = groups(domain).find(({ version }) => version === 2)?.directory ?? '';
    return readFileSync(join(unified, v2), 'utf8');
  }

  const init = (domain: Domain): number =>
    Number(readFileSync(join(folder(domain), 'controller'), 'utf8').split(' ')[3]);

  test('are what the kernel’s files say, of a frozen container whose numbers stand still', async () => {
    const domain = await start(running('head -c 5M /dev/zero > /tmp/x; exec sleep infinity'));
    await domain.suspend();
    const stats = await domain.getStats();
    expect(stats).toMatchObject({ uuid: domain.uuid, name: domain.name, id: domain.id, vcpus: 1 });
    expect(stats).toMatchObject({ state: 'paused', reason: 'user' });
    const cpu = counted(domain, 'cpuacct', 'cpuacct.usage', 'cpu.stat');
    expect(stats.cpu?.cpuTimeNs).toBe(
      BigInt(/\d+/u.exec(cpu)?.[0] ?? '') * (cpu.startsWith('usage') ? 1000n : 1n),
    );
    const usage = counted(domain, 'memory', 'memory.usage_in_bytes', 'memory.current');
    // The kernel gives back what it has counted in advance whenever it likes.
    expect(Math.abs((stats.memory?.usageKiB ?? 0) - Number(usage) / 1024)).toBeLessThan(1024);
    const rss = counted(domain, 'memory', 'memory.stat', 'memory.stat');
    expect(stats.memory?.rssKiB).toBe(Number(/^(?:total_rss|anon) (\d+)$/mu.exec(rss)?.[1]) / 1024);
    expect(stats.memory).toMatchObject({ actualKiB: 65_536, limitKiB: 65_536, oomKills: 0 });
    const pids = counted(domain, 'pids', 'pids.current', 'pids.current');
    expect(stats.pids).toMatchObject({ current: Number(pids), limit: 512 });
    await domain.resume();
    expect(await domain.getStats({ groups: [] })).toMatchObject({ state: 'running', reason: 'unpaused' });
    await domain.destroy();
  });

  test('a group that was not asked for is not there', async () => {
    const domain = await start();
    expect(Object.keys(await domain.getStats({ groups: ['pids', 'cpu'] })).sort()).toEqual([
      'at',
      'cpu',
      'id',
      'monotonicNs',
      'name',
      'pids',
      'reason',
      'state',
      'uuid',
      'vcpus',
    ]);
    await expect(domain.getStats({ groups: ['disk' as 'block'] })).rejects.toMatchObject({
      code: 'INVALID_ARG',
    });
    await domain.destroy();
  });

  test('a busy loop takes time on the CPU it is bound to, as user time', async () => {
    const domain = await start(running('taskset -p 1 $$ > /dev/null; while :; do :; done'));
    const before = await domain.getCPUStats();
    await delay(500);
    const after = await domain.getCPUStats();
    const used = after.cpuTimeNs - before.cpuTimeNs;
    expect(used).toBeGreaterThan(50_000_000n);
    expect(after.userTimeNs - before.userTimeNs).toBeGreaterThan(used / 2n);
    if (after.perCpuNs) {
      expect(after.perCpuNs.length).toBe((before.perCpuNs ?? []).length);
      const [first = 0n, ...others] = after.perCpuNs.map(
        (time, cpu) => time - (before.perCpuNs?.[cpu] ?? 0n),
      );
      expect(first).toBeGreaterThan(50_000_000n);
      for (const other of others) expect(other).toBeLessThan(first / 5n);
    }
    expect((await domain.getInfo()).cpuTimeNs).toBeGreaterThanOrEqual(after.cpuTimeNs);
    await domain.destroy();
  });

  test('memory that is taken is rss, and its peak stays when it has been given back', async () => {
    const domain = await start();
    const hog = 'my $x = "x" x (20 * 1024 * 1024); print "full\n"; <STDIN>;';
    const hogging = domain.exec(['/usr/bin/perl', '-e', `$| = 1; ${hog}`], { stdin: 'pipe' });
    await once(hogging.stdout, 'data');
    const during = await domain.memoryStats();
    expect(during.rssKiB).toBeGreaterThan(20 * 1024);
    expect(during.usageKiB).toBeGreaterThanOrEqual(during.rssKiB);
    expect(during.workingSetKiB).toBeLessThanOrEqual(during.usageKiB);
    expect(during.minorFaults).toBeGreaterThan(5000n);
    hogging.stdin.end();
    await hogging;
    const after = await domain.memoryStats();
    expect(after.rssKiB).toBeLessThan(20 * 1024);
    if (after.peakKiB !== undefined) expect(after.peakKiB).toBeGreaterThan(20 * 1024);
    await domain.destroy();
  });

  test('what is read and written with a disk is counted, under its name', async () => {
    const image = join(world().directory, 'image');
    execFileSync('truncate', ['-s', '16M', image]);
    const loop = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim();
    try {
      const { devices, ...rest } = world().define();
      const disks = [{ type: 'block', source: loop, target: 'vda' }] as const;
      const domain = await world().connection.createDomain({ ...rest, devices: { ...devices, disks } });
      const name = loop.replace('/dev/', '');
      countFromNowOn(groupOf(domain, 'blkio'), name);
      await expect(domain.blockStats(name)).rejects.toMatchObject({ code: 'INVALID_ARG' });
      const dd =
        'dd if=/dev/zero of=/dev/vda bs=1M count=4 oflag=direct; dd if=/dev/vda of=/dev/null bs=1M count=2 iflag=direct';
      expect(await domain.exec(['/bin/sh', '-c', dd])).toMatchObject({ exitCode: 0 });
      const stats = await domain.blockStats(loop);
      expect(stats).toMatchObject({ device: name, readBytes: 2n << 20n, writeBytes: 4n << 20n });
      expect(stats.readRequests).toBeGreaterThanOrEqual(2n);
      expect(stats.writeRequests).toBeGreaterThanOrEqual(4n);
      const all = await domain.blockStats();
      expect(all.writeBytes).toBeGreaterThanOrEqual(stats.writeBytes);
      await domain.destroy();
    } finally {
      execFileSync('losetup', ['-d', loop]);
    }
  });

  /** Since Linux 6.10 version 1 counts the I/O of a device from the first limit on that any group has for it. */
  function countFromNowOn(blkio: string | undefined, device: string): void {
    if (blkio === undefined) return;
    const numbers = readFileSync(`/sys/block/${device}/dev`, 'utf8').trim();
    writeFileSync(join(blkio, 'blkio.throttle.read_bps_device'), `${numbers} 1099511627776`);
  }

  test('traffic is that of the container’s own interfaces', async () => {
    const domain = await start();
    const before = await domain.interfaceStats('lo');
    const send =
      'use IO::Socket::INET; my $in = IO::Socket::INET->new(Proto => "udp", LocalAddr => "127.0.0.1", LocalPort => 9);' +
      'my $out = IO::Socket::INET->new(Proto => "udp", PeerAddr => "127.0.0.1", PeerPort => 9); $out->send("x" x 1000) for 1 .. 20;';
    expect(await domain.exec(['/usr/bin/perl', '-e', send])).toMatchObject({ exitCode: 0 });
    const after = await domain.interfaceStats('lo');
    expect(after.txPackets - before.txPackets).toBe(20n);
    expect(after.rxBytes - before.rxBytes).toBe(20n * 1028n);
    await expect(domain.interfaceStats('eth9')).rejects.toMatchObject({ code: 'INVALID_ARG' });
    await domain.destroy();
  });

  test('processes are counted, and pressure is known where there is a group of version 2', async () => {
    const domain = await start();
    const { pids: before } = await domain.getStats({ groups: ['pids'] });
    const sleepers = domain.exec(['/bin/sh', '-c', 'sleep 99 & sleep 99 & echo up; wait']);
    await once(sleepers.stdout, 'data');
    const { pids, pressure } = await domain.getStats({ groups: ['pids', 'pressure'] });
    expect((pids?.current ?? 0) - (before?.current ?? 0)).toBe(3);
    if (pids?.peak !== undefined) expect(pids.peak).toBeGreaterThanOrEqual(pids.current);
    if (groups(domain).some(({ version }) => version === 2) && existsSync('/proc/pressure/cpu')) {
      expect(Object.keys(pressure ?? {}).sort()).toEqual(['cpu', 'io', 'memory']);
      expect(pressure?.cpu?.some.totalUs).toBeGreaterThanOrEqual(0n);
    }
    await domain.destroy();
    await sleepers.catch(() => undefined);
  });

  test('processes are listed with their numbers and users inside and outside', async () => {
    const domain = await start();
    const script = 'printf "a\\nb) R 1" > /proc/self/comm; echo up; sleep 98; :';
    const shell = domain.exec(['/bin/sh', '-c', script, 'two words', ''], { user: '33' });
    await once(shell.stdout, 'data');
    const processes = await domain.listProcesses();
    expect(processes[0]).toMatchObject({ pid: 1, hostPid: init(domain), parent: 0, uid: 0, name: 'sleep' });
    expect(processes[0]?.argv).toEqual(['/bin/sleep', 'infinity']);
    const found = processes.find(({ argv }) => argv.includes('two words'));
    expect(found).toMatchObject({
      hostPid: await shell.pid,
      uid: 33,
      name: 'a\nb) R 1',
      argv: ['/bin/sh', '-c', script, 'two words', ''],
      parent: 0,
      threads: 1,
    });
    expect(Math.abs((found?.startedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    const child = processes.find(({ argv }) => argv[1] === '98');
    expect(child).toMatchObject({ parent: found?.pid, name: 'sleep', uid: 33, state: 'S' });
    // Users see their own processes only.
    const cat = ['/bin/cat', `/proc/${child?.pid ?? 0}/cmdline`] as const;
    const inside = (await domain.exec(cat, { user: '33' })).stdout;
    expect(inside).toBe('sleep\x0098\0');
    await domain.destroy();
    await shell.catch(() => undefined);
  });

  test('every running domain is in one call, one that has stopped and a damaged one are not', async () => {
    const [one, two, off] = [
      await start(),
      await start(),
      await world().connection.defineDomain(world().define()),
    ];
    await off.create();
    await off.destroy();
    await two.suspend();
    const byUuid = (a: DomainStats, b: DomainStats): number => (a.uuid < b.uuid ? -1 : 1);
    const all = [...(await world().connection.getAllDomainStats({ groups: ['memory'] }))].sort(byUuid);
    expect(all.map(({ uuid, state }) => [uuid, state]).sort()).toEqual(
      [
        [one.uuid, 'running'],
        [two.uuid, 'paused'],
      ].sort(),
    );
    for (const { memory } of all) expect(memory?.usageKiB).toBeGreaterThan(0);
    const other = join(world().directory, 'run', '00000000-0000-4000-8000-000000000000');
    mkdirSync(other);
    writeFileSync(join(other, 'live.json'), 'torn');
    expect(await world().connection.getAllDomainStats({ groups: [] })).toHaveLength(2);
    await one.destroy();
    expect((await world().connection.getAllDomainStats()).map(({ name }) => name)).toEqual([two.name]);
    await two.destroy();
    await off.undefine();
  });

  test('of a domain that is not running are refused', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const inactive = { code: 'OPERATION_INVALID', message: 'domain is not running' };
    await expect(domain.getStats()).rejects.toMatchObject(inactive);
    await expect(domain.listProcesses()).rejects.toMatchObject(inactive);
    await domain.create();
    await domain.getStats();
    await (await world().connect()).lookupDomainByUUID(domain.uuid).then((same) => same.destroy());
    await expect(domain.getStats()).rejects.toMatchObject(inactive);
    await domain.create();
    const { id, cpu } = await domain.getStats();
    expect(id).toBe(await domain.getID());
    expect(cpu?.cpuTimeNs).toBeGreaterThan(0n);
    await domain.destroy();
    await domain.undefine();
    await expect(domain.getStats()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
  });

  test('a domain can be read while it is destroyed, rebooted and read by others', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const outcomes = new Set<string>();
    for (let round = 0; round < 5; round++) {
      await domain.create();
      let ended = false;
      const reading = async (): Promise<void> => {
        while (!ended) {
          const outcome = await domain.getStats().then(
            ({ memory, pids }) => (memory && pids ? 'whole' : 'parts'),
            (error: unknown) => (error as { code: string }).code,
          );
          outcomes.add(outcome);
          await delay(0);
        }
      };
      const readers = [reading(), reading()];
      await domain.reboot();
      await domain.destroy();
      ended = true;
      await Promise.all(readers);
    }
    expect([...outcomes].sort()).toEqual(['OPERATION_INVALID', 'whole']);
    await domain.undefine();
  });

  test('after a reboot they are those of the new init', async () => {
    const domain = await start();
    await domain.getStats();
    await domain.reboot();
    expect((await domain.getStats()).interface).toMatchObject([{ name: 'lo' }]);
    expect((await domain.listProcesses())[0]).toMatchObject({ pid: 1, hostPid: init(domain) });
    await domain.destroy();
  });

  test('watchStats() goes on over a reboot, and ends when the domain stops', async () => {
    const domain = await start();
    const seen: DomainStats[] = [];
    for await (const stats of domain.watchStats({ intervalMs: 5, groups: ['cpu'] })) {
      seen.push(stats);
      if (seen.length === 2) await domain.reboot();
      if (seen.length === 4) await domain.destroy();
    }
    expect(seen.length).toBe(4);
    expect(seen[1]?.monotonicNs).toBeGreaterThan(seen[0]?.monotonicNs ?? 0n);
  });

  test('files are kept open between readings, and closed with the connection', async () => {
    const domain = await start();
    const connection = await world().connect();
    const same = await connection.lookupDomainByUUID(domain.uuid);
    const marks = new Set(groups(domain).map(({ directory }) => directory));
    const kept = (): string[] =>
      openDescriptors().filter((line) => [...marks].some((directory) => line.includes(`${directory}/`)));
    await same.getStats();
    const first = kept();
    expect(first.length).toBeGreaterThan(5);
    await same.getStats();
    expect(kept()).toEqual(first);
    expect(openDescriptors().filter((line) => line.endsWith('/net/dev'))).toEqual([]);
    await connection.close();
    expect(kept()).toEqual([]);
    await domain.destroy();
  });
});
