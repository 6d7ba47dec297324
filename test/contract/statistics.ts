import { STATS_GROUPS, type Domain, type DomainStats, type StatsGroup } from 'virtainer';
import { thrownBy } from '../thrown-by.js';
import { expectCode, type Suite } from './suite.js';

export function describeStatistics(suite: Suite): void {
  const off = (): Promise<Domain> => suite.connection().defineDomain(suite.fresh());

  describe('statistics', () => {
    test('say of which domain they are, and when they were read', async () => {
      const domain = await suite.started();
      const before = Date.now();
      const stats = await domain.getStats({ groups: [] });
      expect(stats).toMatchObject({
        uuid: domain.uuid,
        name: domain.name,
        id: domain.id,
        state: 'running',
        reason: 'booted',
        vcpus: 1,
      });
      expect(stats.at.getTime()).toBeGreaterThanOrEqual(before);
      expect(stats.monotonicNs).toBeGreaterThan(0n);
      for (const group of STATS_GROUPS) expect(stats).not.toHaveProperty(group);
    });

    test('have the groups that are asked for, or all of them', async () => {
      const domain = await suite.started();
      const { cpu, memory, pids, interface: interfaces, block } = await domain.getStats();
      expect(cpu?.cpuTimeNs).toBeGreaterThan(0n);
      expect(memory).toMatchObject({ actualKiB: 65_536, limitKiB: 65_536 });
      expect(memory?.usageKiB).toBeGreaterThan(0);
      expect(pids).toMatchObject({ limit: 512 });
      expect(pids?.current).toBeGreaterThanOrEqual(1);
      expect(interfaces?.map(({ name }) => name)).toContain('lo');
      expect(Array.isArray(block)).toBe(true);
      const some = await domain.getStats({ groups: ['memory', 'pids'] });
      expect(STATS_GROUPS.filter((group) => group in some)).toEqual(['memory', 'pids']);
    });

    test('grow: time never goes back', async () => {
      const domain = await suite.started();
      const one = await domain.getStats({ groups: ['cpu', 'memory'] });
      await domain.exec(['true']);
      const other = await domain.getStats({ groups: ['cpu', 'memory'] });
      expect(other.monotonicNs).toBeGreaterThan(one.monotonicNs);
      expect(other.cpu?.cpuTimeNs).toBeGreaterThanOrEqual(one.cpu?.cpuTimeNs ?? 0n);
      expect(other.memory?.minorFaults).toBeGreaterThanOrEqual(one.memory?.minorFaults ?? 0n);
    });

    test('are there one by one, as libvirt has them', async () => {
      const domain = await suite.started();
      const { cpuTimeNs, userTimeNs, systemTimeNs } = await domain.getCPUStats();
      expect(cpuTimeNs).toBeGreaterThan(0n);
      expect([typeof userTimeNs, typeof systemTimeNs]).toEqual(['bigint', 'bigint']);
      const memory = await domain.memoryStats();
      expect(memory.usageKiB).toBeGreaterThanOrEqual(memory.workingSetKiB);
      expect((await domain.blockStats()).readBytes).toBeGreaterThanOrEqual(0n);
      expect(await domain.interfaceStats('lo')).toMatchObject({ rxErrors: 0n, txErrors: 0n });
    });

    test('of a device or an interface that is not there: INVALID_ARG', async () => {
      const domain = await suite.started();
      await expectCode(domain.blockStats('no-such-device'), 'INVALID_ARG');
      await expectCode(domain.interfaceStats('no-such-if'), 'INVALID_ARG');
    });

    test('of a limit that has been changed are about the new one', async () => {
      const domain = await suite.started();
      await domain.setMemory(40_960);
      await domain.setPidsLimit('unlimited');
      const { memory, pids } = await domain.getStats({ groups: ['memory', 'pids'] });
      expect(memory).toMatchObject({ actualKiB: 40_960, limitKiB: 40_960 });
      expect(pids).not.toHaveProperty('limit');
    });

    test('of a paused domain can be read', async () => {
      const domain = await suite.started();
      await domain.suspend();
      expect(await domain.getStats()).toMatchObject({ state: 'paused', reason: 'user' });
    });

    test('of a group that does not exist: INVALID_ARG', async () => {
      const domain = await suite.started();
      // What a program without types may say.
      const groups = JSON.parse('["disk"]') as StatsGroup[];
      await expectCode(domain.getStats({ groups }), 'INVALID_ARG');
      await expectCode(suite.connection().getAllDomainStats({ groups }), 'INVALID_ARG');
      expect(thrownBy(() => domain.watchStats({ groups, intervalMs: 10 }))).toMatchObject({
        code: 'INVALID_ARG',
      });
    });

    test('of a domain that is off: OPERATION_INVALID; of one that is gone: NO_DOMAIN', async () => {
      const domain = await off();
      const reads = (): PromiseLike<unknown>[] => [
        domain.getStats(),
        domain.getCPUStats(),
        domain.memoryStats(),
        domain.blockStats(),
        domain.interfaceStats('lo'),
        domain.listProcesses(),
        domain.watchStats({ intervalMs: 10 }).next(),
      ];
      for (const read of reads()) await expectCode(read, 'OPERATION_INVALID');
      await domain.undefine();
      for (const read of reads()) await expectCode(read, 'NO_DOMAIN');
    });

    test('can be read on a read-only connection, and not on a closed one', async () => {
      await suite.started();
      const connection = await suite.open({ readOnly: true });
      const [stats] = await connection.getAllDomainStats();
      expect(stats?.memory?.usageKiB).toBeGreaterThan(0);
      const [domain] = await connection.listAllDomains({ active: true });
      expect(await domain?.listProcesses()).not.toEqual([]);
      await connection.close();
      await expectCode(connection.getAllDomainStats(), 'INVALID_CONN');
      if (domain) await expectCode(domain.getStats(), 'INVALID_CONN');
    });
  });

  describe('getAllDomainStats()', () => {
    test('reads every running domain, and no other', async () => {
      await off();
      const running = [await suite.started(), await suite.connection().createDomain(suite.fresh())];
      const uuids = running.map(({ uuid }) => uuid);
      const stats = await suite.connection().getAllDomainStats({ groups: ['pids'] });
      const ours = stats.filter(({ uuid }) => uuids.includes(uuid));
      expect(ours.map(({ uuid }) => uuid).sort()).toEqual(uuids.sort());
      for (const { pids, cpu } of ours) expect([pids?.limit, cpu]).toEqual([512, undefined]);
      const active = await suite.connection().listAllDomains({ active: true });
      expect(stats).toHaveLength(active.length);
      for (const domain of running) await domain.destroy();
      const after = await suite.connection().getAllDomainStats({ groups: [] });
      expect(after.filter(({ uuid }) => uuids.includes(uuid))).toEqual([]);
    });
  });

  describe('watchStats()', () => {
    test('ends when the domain stops', async () => {
      const domain = await suite.started();
      const readings: DomainStats[] = [];
      for await (const stats of domain.watchStats({ intervalMs: 5, groups: ['cpu'] })) {
        readings.push(stats);
        if (readings.length === 3) await domain.destroy();
      }
      expect(readings).toHaveLength(3);
      const [first, second] = readings;
      expect(second?.monotonicNs).toBeGreaterThan(first?.monotonicNs ?? 0n);
    });

    test('ends when it is told to, when the loop is left, and with the connection', async () => {
      const domain = await suite.started();
      const told = new AbortController();
      let count = 0;
      for await (const { pids } of domain.watchStats({ intervalMs: 600_000, signal: told.signal })) {
        count += pids?.current ?? 0;
        told.abort();
      }
      for await (const { pids } of domain.watchStats({ intervalMs: 600_000 })) {
        count += pids?.current ?? 0;
        break;
      }
      expect(count).toBe(2);
      const connection = await suite.open();
      const own = await connection.createDomain(suite.fresh());
      const watch = own.watchStats({ intervalMs: 5 });
      expect((await watch.next()).done).toBe(false);
      await connection.close();
      expect(await watch.next()).toEqual({ done: true, value: undefined });
    });

    test.each([0, -1, Number.NaN, Infinity, 2 ** 31])(
      'an interval of %d is INVALID_ARG',
      async (intervalMs) => {
        const domain = await suite.started();
        expect(thrownBy(() => domain.watchStats({ intervalMs }))).toMatchObject({ code: 'INVALID_ARG' });
      },
    );
  });

  describe('listProcesses()', () => {
    test('has init, and the commands that run', async () => {
      const domain = await suite.started();
      const command = domain.exec(['sleep', '1000']);
      const hostPid = await command.pid;
      const processes = await domain.listProcesses();
      const init = processes.find(({ pid }) => pid === 1);
      expect(init).toMatchObject({
        parent: 0,
        uid: 0,
        argv: ['/bin/sleep', 'infinity'],
        name: 'sleep',
        threads: 1,
      });
      expect(init?.startedAt.getTime()).toBeLessThanOrEqual(Date.now());
      const sleeper = processes.find((process) => process.hostPid === hostPid);
      expect(sleeper).toMatchObject({ argv: ['sleep', '1000'], uid: 0 });
      expect(sleeper?.state).toMatch(/^[A-Za-z]$/u);
      await domain.sendProcessSignal(sleeper?.pid ?? 0, 'SIGKILL');
      expect(await command).toMatchObject({ signal: 'SIGKILL' });
      expect((await domain.listProcesses()).some((process) => process.hostPid === hostPid)).toBe(false);
    });
  });
}
