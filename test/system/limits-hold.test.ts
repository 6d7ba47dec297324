/** That limits hold: what hogs a resource gets its part of it, and nobody else suffers. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Domain, DomainDefinition, ExecProcess } from '../../lib/index.js';
import { groupDirectory, hasVersion1, readGroupFile } from './kernel-groups.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

const MIB = 1024;
const describeOnV1 = hasVersion1 ? describeAsRoot : describe.skip;
const REASON = hasVersion1 ? SKIP_REASON : ' (skipped: reads files of cgroup version 1)';

describeOnV1(`limits hold${REASON}`, () => {
  const world = useWorld();
  const start = (definition: Partial<DomainDefinition>): Promise<Domain> =>
    world().connection.createDomain(world().define({ definition }));
  const file = (domain: Domain, name: string): string => readGroupFile(world().directory, domain, name);
  const shell = (domain: Domain, script: string): ExecProcess =>
    domain.exec(['/bin/sh', '-c', script], { stdin: 'ignore', reject: false });
  const cpuNs = (domain: Domain): bigint => BigInt(file(domain, 'cpuacct.usage'));

  test('a memory hog is killed at its limit, and only it', async () => {
    const [domain, bystander] = await Promise.all([start({ memoryKiB: 32 * MIB }), start({})]);
    const innocent = domain.exec(['/bin/sleep', '60'], { stdin: 'ignore', reject: false });
    await innocent.pid;
    const hog = await domain.exec(['/usr/bin/python3', '-c', 'b"x" * (200 << 20)'], { stdin: 'ignore' });
    expect(hog.signal).toBe('SIGKILL');
    expect(Number(file(domain, 'memory.max_usage_in_bytes'))).toBeLessThanOrEqual(32 * MIB * 1024);
    expect(await domain.isActive()).toBe(true);
    expect(await bystander.isActive()).toBe(true);
    expect((await shell(bystander, 'echo alive')).stdout).toBe('alive');
    innocent.kill('SIGTERM');
    expect((await innocent).signal).toBe('SIGTERM');
  });

  test('swap is no way around the limit', async () => {
    const domain = await start({ memoryKiB: 32 * MIB });
    expect(file(domain, 'memory.memsw.limit_in_bytes')).toBe(file(domain, 'memory.limit_in_bytes'));
  });

  test('a fork bomb stops at its limit, and the host goes on', async () => {
    const domain = await start({ extensions: { pids: { limit: 40 } } });
    const bomb = shell(domain, 'f() { f | f & }; f; sleep 60');
    await until(() => Number(/max (\d+)/u.exec(file(domain, 'pids.events'))?.[1]) > 0);
    expect(Number(file(domain, 'pids.current'))).toBeLessThanOrEqual(40);
    expect(spawnSync('/bin/true').status).toBe(0);
    await domain.destroy();
    expect((await bomb.catch(() => ({ failed: true }))).failed).toBe(true);
  });

  test('a CPU hog gets its quota, within a tenth, over five seconds', async () => {
    const domain = await start({ cputune: { periodMicroseconds: 20_000, quotaMicroseconds: 4000 } });
    const hog = shell(domain, 'while :; do :; done');
    await hog.pid;
    const measure = async (): Promise<number> => {
      const [before, begin] = [cpuNs(domain), process.hrtime.bigint()];
      await delay(5000);
      return Number(cpuNs(domain) - before) / Number(process.hrtime.bigint() - begin);
    };
    // It never gets more; less only when the host's CPUs are busy with something else.
    let share = 0;
    for (let attempt = 0; share < 0.18 && attempt < 4; attempt++) {
      share = await measure();
      expect(share).toBeLessThan(0.22);
    }
    expect(share).toBeGreaterThan(0.18);
    hog.kill('SIGKILL');
    await hog;
  });

  test('shares divide a busy CPU in proportion, and the division changes live', async () => {
    const [one, other] = await Promise.all([
      start({ cpuset: '0', cputune: { shares: 1024 } }),
      start({ cpuset: '0', cputune: { shares: 3072 } }),
    ]);
    const hogs = [one, other].map((domain) => shell(domain, 'while :; do :; done'));
    await Promise.all(hogs.map(({ pid }) => pid));
    const ratio = async (): Promise<number> => {
      const before = [cpuNs(one), cpuNs(other)] as const;
      await delay(3000);
      return Number(cpuNs(other) - before[1]) / Number(cpuNs(one) - before[0]);
    };
    const first = await ratio();
    expect(first).toBeGreaterThan(2.4);
    expect(first).toBeLessThan(3.6);
    await one.setSchedulerParameters({ cpu_shares: 3072 });
    const second = await ratio();
    expect(second).toBeGreaterThan(0.8);
    expect(second).toBeLessThan(1.25);
    for (const hog of hogs) hog.kill('SIGKILL');
    await Promise.all(hogs);
  });

  test('a container pinned to one CPU runs on no other, also after a change', async () => {
    const domain = await start({ cpuset: '1' });
    const hog = shell(domain, 'while :; do :; done');
    await hog.pid;
    await delay(500);
    const [first = 0n, second = 0n] = file(domain, 'cpuacct.usage_percpu').split(' ').map(BigInt);
    // The start of its init has begun elsewhere.
    expect(second).toBeGreaterThan(first * 5n);
    hog.kill('SIGKILL');
    await hog;
  });

  describe('of block I/O', () => {
    let directory = '';
    let loop = '';
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'virtainer-disk-'));
      const image = join(directory, 'image');
      writeFileSync(image, '');
      truncateSync(image, 64 << 20);
      loop = run('losetup', '--find', '--show', image);
    });
    afterAll(() => {
      if (loop !== '') run('losetup', '--detach', loop);
      rmSync(directory, { recursive: true });
    });
    const withDisk = (blkiotune?: DomainDefinition['blkiotune']): Promise<Domain> => {
      const definition = world().define();
      return world().connection.createDomain({
        ...definition,
        ...(blkiotune ? { blkiotune } : {}),
        devices: { ...definition.devices, disks: [{ type: 'block', source: loop, target: 'sda' }] },
      });
    };
    /** Bytes a second that a reader gets, of 4 MiB. */
    const readRate = async (domain: Domain): Promise<number> => {
      const begin = process.hrtime.bigint();
      const result = await shell(domain, 'dd if=/dev/sda of=/dev/null bs=64k count=64 iflag=direct');
      expect(result).toMatchObject({ exitCode: 0 });
      return (4 << 20) / (Number(process.hrtime.bigint() - begin) / 1e9);
    };

    test('a device is read no faster than its limit, which changes and goes live', async () => {
      const domain = await withDisk({ devices: [{ path: loop, readBytesSec: 2 << 20 }] });
      expect(await domain.getBlkioParameters()).toMatchObject({
        device_read_bytes_sec: `${loop},${2 << 20}`,
        device_write_bytes_sec: '',
      });
      expect(await readRate(domain)).toBeLessThan(1.25 * (2 << 20));
      await domain.setBlkioParameters({ device_read_bytes_sec: `${loop},${4 << 20}` });
      expect(file(domain, 'blkio.throttle.read_bps_device')).toBe(`${numberOf(loop)} ${4 << 20}`);
      await domain.setBlkioParameters({ device_read_bytes_sec: `${loop},0` });
      expect(file(domain, 'blkio.throttle.read_bps_device')).toBe('');
      expect(await readRate(domain)).toBeGreaterThan(8 << 20);
      expect((await domain.getDefinition()).blkiotune).toBeUndefined();
    });

    test('operations a second, and a weight', async () => {
      const domain = await withDisk();
      await domain.setBlkioParameters({ weight: 300, device_write_iops_sec: `${loop},50` });
      expect(await domain.getBlkioParameters()).toMatchObject({
        weight: 300,
        device_write_iops_sec: `${loop},50`,
      });
      expect(file(domain, 'blkio.throttle.write_iops_device')).toBe(`${numberOf(loop)} 50`);
      // The host's scheduler knows weights up to 1000; nothing of the two is changed.
      await expect(
        domain.setBlkioParameters({ weight: 10_000, device_write_iops_sec: `${loop},60` }),
      ).rejects.toMatchObject({ code: 'INVALID_ARG' });
      expect(await domain.getBlkioParameters()).toMatchObject({
        weight: 300,
        device_write_iops_sec: `${loop},50`,
      });
      await expect(domain.setBlkioParameters({ device_weight: '/dev/sda' })).rejects.toMatchObject({
        code: 'INVALID_ARG',
      });
    });
  });

  const hugepages = hugetlbRoot();
  (hugepages ? test : test.skip)(
    `huge pages are limited${hugepages ? '' : ' (skipped: no hugetlb controller, or none to be had)'}`,
    async () => {
      const control = join(hugepages ?? '', 'cgroup.subtree_control');
      const isNew = !readFileSync(control, 'utf8').includes('hugetlb');
      const domain = await start({
        extensions: {
          hugetlb: [{ sizeKiB: 2048, limitKiB: 4096 }],
        },
      });
      expect(file(domain, 'hugetlb.2MB.max')).toBe(String(4 << 20));
      const partition = dirname(groupDirectory(world().directory, domain, 'hugetlb'));
      await domain.destroy();
      if (isNew) takeBack([join(partition, 'cgroup.subtree_control'), control]);
    },
  );
});

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.trim();
}

function numberOf(loop: string): string {
  return readFileSync(join('/sys/class/block', loop.slice('/dev/'.length), 'dev'), 'utf8').trim();
}

/** Where version 2 has the controller. */
function hugetlbRoot(): string | undefined {
  const mount = / (\/\S+) \S+ .*- cgroup2 /u.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1];
  if (mount === undefined) return undefined;
  const controllers = readFileSync(join(mount, 'cgroup.controllers'), 'utf8');
  return /\bhugetlb\b/u.test(controllers) ? mount : undefined;
}

/** What the host did not hand down before; somebody else's container may use it by now. */
function takeBack(files: readonly string[]): void {
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    try {
      writeFileSync(file, '-hugetlb');
    } catch {
      return;
    }
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; !isSo(); attempt++) {
    if (attempt > 400) throw new Error('waited in vain');
    await delay(25);
  }
}
