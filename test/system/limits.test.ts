/** Limits of real containers, as the kernel says them. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { missingRights } from '../../lib/lxc/host/rights.js';
import { MEMORY_UNLIMITED, type Domain, type DomainDefinition } from '../../lib/index.js';
import { groupDirectory, hasVersion1, initOf, readGroupFile } from './kernel-groups.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const MIB = 1024;
const describeOnV1 = hasVersion1 ? describeAsRoot : describe.skip;
const REASON = hasVersion1 ? SKIP_REASON : ' (skipped: reads files of cgroup version 1)';

describeOnV1(`limits of real containers${REASON}`, () => {
  const world = useWorld();
  const start = (definition: Partial<DomainDefinition>): Promise<Domain> =>
    world().connection.createDomain(world().define({ definition }));
  const file = (domain: Domain, name: string): string => readGroupFile(world().directory, domain, name);
  const files = (domain: Domain, ...names: string[]): string[] => names.map((name) => file(domain, name));
  const bytes = (sizeKiB: number): string => String(sizeKiB * 1024);
  const MEMORY = ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes', 'memory.soft_limit_in_bytes'];
  const CPU = ['cpu.shares', 'cpu.cfs_period_us', 'cpu.cfs_quota_us'];

  describe('from the definition', () => {
    test('memory: what is said is what the kernel has, and without a word there is no swap', async () => {
      const plain = await start({ memoryKiB: 48 * MIB, currentMemoryKiB: 32 * MIB });
      expect(files(plain, ...MEMORY).slice(0, 2)).toEqual([bytes(32 * MIB), bytes(32 * MIB)]);
      const tuned = await start({
        memtune: { hardLimitKiB: 40 * MIB, softLimitKiB: 20 * MIB, swapHardLimitKiB: 60 * MIB },
      });
      expect(files(tuned, ...MEMORY)).toEqual([40, 60, 20].map((size) => bytes(size * MIB)));
      const swapping = await start({ memtune: { swapHardLimitKiB: MEMORY_UNLIMITED } });
      expect(await swapping.getMemoryParameters()).toMatchObject({ swap_hard_limit: MEMORY_UNLIMITED });
    });

    test('CPU: shares, period, quota, the set of CPUs, and the number of CPUs as a limit', async () => {
      const domain = await start({
        cputune: { shares: 300, periodMicroseconds: 50_000, quotaMicroseconds: 20_000 },
        cpuset: '0',
      });
      expect(files(domain, ...CPU, 'cpuset.cpus')).toEqual(['300', '50000', '20000', '0']);
      expect(statusOf(domain, 'Cpus_allowed_list')).toBe('0');
      const limited = await start({ vcpus: 2, extensions: { vcpuLimit: true } });
      expect(file(limited, 'cpu.cfs_quota_us')).toBe('200000');
      const lower = await start({
        vcpus: 2,
        cputune: { quotaMicroseconds: 30_000 },
        extensions: { vcpuLimit: true },
      });
      expect(file(lower, 'cpu.cfs_quota_us')).toBe('30000');
    });

    test('the score of the OOM killer is that of init and of commands', async () => {
      const domain = await start({ extensions: { oomScore: { adjust: 700 } } });
      expect((await domain.exec(['cat', '/proc/1/oom_score_adj', '/proc/self/oom_score_adj'])).stdout).toBe(
        '700\n700',
      );
    });

    const mayLower = missingRights(readFileSync('/proc/self/status', 'utf8'), ['sys_resource']).length === 0;
    (mayLower ? test.skip : test)(
      `a score of the OOM killer that this process may not give${mayLower ? ' (skipped: it may give all)' : ''}`,
      async () => {
        await expect(start({ extensions: { oomScore: { adjust: -1000 } } })).rejects.toMatchObject({
          code: 'CONFIG_UNSUPPORTED',
          message: expect.stringContaining('<virtainer:oomScore>') as string,
          hint: expect.stringContaining('CAP_SYS_RESOURCE') as string,
        });
      },
    );

    test.each(['strict', 'restrictive'] as const)('nodes: %s is a limit of the group', async (mode) => {
      const domain = await start({ numatune: { memory: { mode, nodeset: '0' } } });
      expect(files(domain, 'cpuset.mems', 'cpuset.memory_migrate')).toEqual(['0', '1']);
    });

    test.each([
      ['interleave', 'interleave:0'],
      ['preferred', 'prefer:0'],
    ] as const)('nodes: %s is the policy of init and of commands', async (mode, policy) => {
      const domain = await start({ numatune: { memory: { mode, nodeset: '0' } } });
      expect(numaPolicies(initOf(world().directory, domain))).toContain(policy);
      const command = domain.exec(['/bin/sleep', '30']);
      expect(numaPolicies(await command.pid)).toContain(policy);
      command.kill('SIGKILL');
      await command;
    });

    test('a set of CPUs or nodes that the host does not have is refused, and nothing is left', async () => {
      await expect(start({ cpuset: '4000' })).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        message: expect.stringContaining('<vcpu cpuset>') as string,
      });
      await expect(start({ numatune: { memory: { mode: 'strict', nodeset: '77' } } })).rejects.toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        message: expect.stringContaining('<numatune>') as string,
      });
      await expect(
        start({ blkiotune: { devices: [{ path: '/dev/null', readBytesSec: 1000 }] } }),
      ).rejects.toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
      await expect(
        start({ blkiotune: { devices: [{ path: '/dev/no-such-disk', readBytesSec: 1000 }] } }),
      ).rejects.toMatchObject({ errno: 'ENOENT' });
    });
  });

  describe('live', () => {
    test('setMemory raises and lowers memory and swap together, up to the maximum', async () => {
      const domain = await start({ memoryKiB: 64 * MIB });
      for (const size of [32, 64, 40]) {
        await domain.setMemory(size * MIB);
        expect(files(domain, ...MEMORY).slice(0, 2)).toEqual([bytes(size * MIB), bytes(size * MIB)]);
        expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: size * MIB });
      }
      await expect(domain.setMemory(65 * MIB)).rejects.toMatchObject({ code: 'INVALID_ARG' });
      await expect(domain.setMaxMemory(128 * MIB)).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
      expect(file(domain, 'memory.limit_in_bytes')).toBe(bytes(40 * MIB));
      expect(await domain.getXMLDesc()).toContain("<currentMemory unit='KiB'>40960</currentMemory>");
    });

    test('setMemory takes the place of a hard limit', async () => {
      const domain = await start({ memoryKiB: 64 * MIB, memtune: { hardLimitKiB: 48 * MIB } });
      await domain.setMemory(32 * MIB);
      expect(await domain.getMemoryParameters()).toMatchObject({ hard_limit: 32 * MIB });
      expect(await domain.getXMLDesc()).toContain("<hard_limit unit='KiB'>32768</hard_limit>");
    });

    test('setMemoryParameters keeps the order that the kernel needs, in both directions', async () => {
      const domain = await start({ memtune: { hardLimitKiB: 32 * MIB, swapHardLimitKiB: 32 * MIB } });
      for (const [hard, swap] of [
        [64, 128],
        [128, 128],
        [16, 24],
        [24, 512],
      ] as const) {
        const wanted = { hard_limit: hard * MIB, soft_limit: 8 * MIB, swap_hard_limit: swap * MIB };
        await domain.setMemoryParameters(wanted);
        expect(await domain.getMemoryParameters()).toEqual(wanted);
        expect(files(domain, ...MEMORY)).toEqual([hard, swap, 8].map((size) => bytes(size * MIB)));
      }
      await domain.setMemoryParameters({ soft_limit: MEMORY_UNLIMITED });
      expect(await domain.getMemoryParameters()).toMatchObject({ soft_limit: MEMORY_UNLIMITED });
    });

    test('a limit below what is used is refused, and the old one stays', async () => {
      const domain = await start({ memoryKiB: 96 * MIB });
      const hog = domain.exec(['/usr/bin/python3', '-c', HOG], { stdin: 'ignore' });
      await once(hog.stdout, 'data');
      await expect(domain.setMemory(8 * MIB)).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
      expect(files(domain, ...MEMORY).slice(0, 2)).toEqual([bytes(96 * MIB), bytes(96 * MIB)]);
      expect((await domain.getDefinition()).currentMemoryKiB).toBe(96 * MIB);
      hog.kill('SIGKILL');
      await hog.catch(() => undefined);
      await domain.setMemory(8 * MIB);
      expect(file(domain, 'memory.limit_in_bytes')).toBe(bytes(8 * MIB));
    });

    test('setSchedulerParameters, and values out of range that change nothing', async () => {
      const domain = await start({});
      expect(await domain.getSchedulerParameters()).toEqual({
        cpu_shares: 1024,
        vcpu_period: 100_000,
        vcpu_quota: -1,
      });
      await domain.setSchedulerParameters({ cpu_shares: 2, vcpu_quota: 5000 });
      await domain.setSchedulerParameters({ vcpu_period: 20_000 });
      expect(files(domain, ...CPU)).toEqual(['2', '20000', '5000']);
      for (const wrong of [
        { cpu_shares: 1 },
        { vcpu_period: 999 },
        { vcpu_quota: 999 },
        { vcpu_quota: 1.5 },
      ]) {
        await expect(domain.setSchedulerParameters(wrong)).rejects.toMatchObject({ code: 'INVALID_ARG' });
      }
      await domain.setSchedulerParameters({ vcpu_quota: -7 });
      expect(files(domain, ...CPU)).toEqual(['2', '20000', '-1']);
      expect(await domain.getSchedulerType()).toBe('posix');
    });

    test('of several values of which the kernel refuses one, none is changed', async () => {
      const domain = await start({ numatune: { memory: { mode: 'strict', nodeset: '0' } } });
      await expect(domain.setNumaParameters({ numa_nodeset: '0,63' })).rejects.toMatchObject({
        code: 'INVALID_ARG',
      });
      expect(file(domain, 'cpuset.mems')).toBe('0');
      expect(await domain.getNumaParameters()).toEqual({ numa_mode: 'strict', numa_nodeset: '0' });
      await expect(domain.setNumaParameters({ numa_mode: 'interleave' })).rejects.toMatchObject({
        code: 'OPERATION_INVALID',
      });
    });

    test('a path that is no block device is a bad argument', async () => {
      const domain = await start({});
      await expect(
        domain.setBlkioParameters({ device_read_bytes_sec: '/dev/null,1000' }),
      ).rejects.toMatchObject({ code: 'INVALID_ARG' });
      expect(await domain.getBlkioParameters()).toMatchObject({ device_read_bytes_sec: '' });
    });

    test('setPidsLimit, with processes running', async () => {
      const domain = await start({});
      expect(await domain.getPidsLimit()).toBe(512);
      await domain.setPidsLimit(3);
      expect(file(domain, 'pids.max')).toBe('3');
      await domain.setPidsLimit('unlimited');
      expect(await domain.getPidsLimit()).toBe('unlimited');
      await expect(domain.setPidsLimit(0)).rejects.toMatchObject({ code: 'INVALID_ARG' });
      expect(file(domain, 'pids.max')).toBe('max');
      expect(await domain.getXMLDesc()).toContain("<virtainer:pids limit='unlimited'/>");
    });

    test('live and stored limits are two things, and both can be changed at once', async () => {
      const domain = await world().connection.defineDomain(world().define());
      await domain.create();
      await domain.setSchedulerParameters({ cpu_shares: 200 }, { config: true });
      expect(file(domain, 'cpu.shares')).toBe('1024');
      await domain.setSchedulerParameters({ cpu_shares: 300 }, { live: true, config: true });
      expect(file(domain, 'cpu.shares')).toBe('300');
      await domain.setSchedulerParameters({ cpu_shares: 400 });
      await domain.destroy();
      await domain.create();
      expect(file(domain, 'cpu.shares')).toBe('300');
      await domain.destroy();
      await domain.undefine();
    });

    test('a setter that meets a start changes what has started', async () => {
      const domain = await world().connection.defineDomain(world().define());
      await Promise.all([domain.create(), domain.setSchedulerParameters({ cpu_shares: 300 })]);
      expect(file(domain, 'cpu.shares')).toBe('300');
      await domain.destroy();
      await domain.undefine();
    });

    test('a command that the limit of processes leaves no room for says so', async () => {
      const domain = await start({});
      await domain.setPidsLimit(1);
      await expect(domain.exec(['/bin/true'])).rejects.toMatchObject({
        errno: 'EAGAIN',
        hint: expect.stringContaining('setPidsLimit') as string,
      });
      await domain.setPidsLimit('unlimited');
      expect((await domain.exec(['/bin/true'])).exitCode).toBe(0);
    });

    test('setters under load: many at once leave the last one in force, in kernel and definition', async () => {
      const domain = await start({});
      const hog = domain.exec(['/bin/sh', '-c', 'while :; do :; done'], { stdin: 'ignore' });
      const shares = Array.from({ length: 20 }, (_, index) => 100 + index);
      await Promise.all(shares.map((value) => domain.setSchedulerParameters({ cpu_shares: value })));
      const now = Number(file(domain, 'cpu.shares'));
      expect(shares).toContain(now);
      expect((await domain.getDefinition()).cputune?.shares).toBe(now);
      hog.kill('SIGKILL');
      await hog.catch(() => undefined);
    });

    test('what another tool has changed is what a getter says', async () => {
      const domain = await start({});
      writeFileSync(`${groupDirectory(world().directory, domain, 'cpu')}/cpu.shares`, '77');
      expect((await domain.getSchedulerParameters()).cpu_shares).toBe(77);
    });

    test('what is asked for is in force, also when another tool has changed it since', async () => {
      const domain = await start({ memoryKiB: 64 * MIB });
      const directory = groupDirectory(world().directory, domain, 'memory');
      writeFileSync(`${directory}/memory.limit_in_bytes`, bytes(32 * MIB));
      writeFileSync(`${directory}/memory.memsw.limit_in_bytes`, bytes(40 * MIB));
      await domain.setMemory(64 * MIB);
      expect(files(domain, ...MEMORY).slice(0, 2)).toEqual([bytes(64 * MIB), bytes(64 * MIB)]);
      writeFileSync(`${groupDirectory(world().directory, domain, 'cpu')}/cpu.shares`, '77');
      await domain.setSchedulerParameters({ cpu_shares: 1024 });
      expect(file(domain, 'cpu.shares')).toBe('1024');
    });

    test('the mode of the stored definition is none of the running one', async () => {
      const domain = await world().connection.defineDomain(
        world().define({ definition: { numatune: { memory: { mode: 'strict', nodeset: '0' } } } }),
      );
      await domain.create();
      await domain.setNumaParameters({ numa_mode: 'interleave' }, { config: true });
      await domain.setNumaParameters({ numa_nodeset: '0' }, { live: true, config: true });
      expect(await domain.getNumaParameters({ config: true })).toEqual({
        numa_mode: 'interleave',
        numa_nodeset: '0',
      });
      await domain.destroy();
      await domain.undefine();
    });

    test('a domain that ends meanwhile is not running any more', async () => {
      const domain = await start({});
      const changes = Array.from({ length: 10 }, (_, index) =>
        domain.setSchedulerParameters({ cpu_shares: 100 + index }).catch((error: unknown) => error),
      );
      await domain.destroy();
      for (const outcome of await Promise.all(changes)) {
        if (outcome !== undefined)
          expect(outcome).toMatchObject({
            code: expect.stringMatching(/^(?:OPERATION_INVALID|NO_DOMAIN)$/) as string,
          });
      }
      await delay(0);
    });
  });

  const statusOf = (domain: Domain, name: string): string | undefined => {
    const text = readFileSync(`/proc/${initOf(world().directory, domain)}/status`, 'utf8');
    return new RegExp(`^${name}:\\s*(.*)$`, 'mu').exec(text)?.[1];
  };
});

const HOG = 'import sys,time; data=b"x"*(48<<20); print("ready", flush=True); time.sleep(60)';

function numaPolicies(pid: number): string {
  return readFileSync(`/proc/${pid}/numa_maps`, 'utf8');
}
