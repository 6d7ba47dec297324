import { open, type Connection, type Domain, type DomainStats } from 'virtainer';

const SECOND_NS = 1_000_000_000n;

/** A domain of its own world, and a clock that only the test moves. */
async function onOwnTime(
  use: (domain: Domain, pass: (ms: number) => void, connection: Connection) => Promise<void>,
): Promise<void> {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
  try {
    await using connection = await open('test:///default');
    const domain = await connection.lookupDomainByName('test');
    await use(
      domain,
      (ms) => {
        jest.advanceTimersByTime(ms);
      },
      connection,
    );
  } finally {
    jest.useRealTimers();
  }
}

const cpuTime = ({ cpu }: DomainStats): bigint | undefined => cpu?.cpuTimeNs;

test('what a domain uses depends on nothing but the time it has run', () =>
  onOwnTime(async (domain, pass) => {
    pass(10_000);
    expect(await domain.getCPUStats()).toMatchObject({
      cpuTimeNs: (10n * SECOND_NS) / 4n,
      throttling: { periods: 0, throttledPeriods: 0 },
    });
    expect((await domain.getInfo()).cpuTimeNs).toBe((10n * SECOND_NS) / 4n);
    expect(await domain.blockStats('/dev/vda')).toMatchObject({ readRequests: 500n, writeBytes: 4_096_000n });
    expect(await domain.interfaceStats('lo')).toMatchObject({ rxBytes: 0n, txBytes: 0n });
    expect((await domain.getStats({ groups: ['pressure'] })).pressure?.cpu?.some.totalUs).toBe(100_000n);
  }));

test('the time of all CPUs is the whole time', () =>
  onOwnTime(async (domain, pass) => {
    pass(1000);
    const { cpuTimeNs, userTimeNs, systemTimeNs, perCpuNs = [] } = await domain.getCPUStats();
    expect(perCpuNs).toHaveLength(16);
    expect(perCpuNs.reduce((sum, ns) => sum + ns)).toBe(cpuTimeNs);
    expect(userTimeNs + systemTimeNs).toBe(cpuTimeNs);
  }));

test('a paused domain uses no CPU, and goes on where it was', () =>
  onOwnTime(async (domain, pass) => {
    pass(1000);
    await domain.suspend();
    const before = cpuTime(await domain.getStats());
    pass(1000);
    expect(cpuTime(await domain.getStats())).toBe(before);
    await domain.resume();
    expect(cpuTime(await domain.getStats())).toBe(before);
    pass(4000);
    expect(cpuTime(await domain.getStats())).toBe((before ?? 0n) + SECOND_NS);
  }));

test('a new run begins with nothing', () =>
  onOwnTime(async (domain, pass) => {
    pass(1000);
    await domain.destroy();
    expect((await domain.getInfo()).cpuTimeNs).toBe(0n);
    await domain.create();
    expect(await domain.getCPUStats()).toMatchObject({ cpuTimeNs: 0n });
  }));

test('commands take memory and numbers while they run', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.lookupDomainByName('test');
  const command = domain.exec(['sleep', '1000'], { user: '7' });
  await command.pid;
  const { memory, pids } = await domain.getStats({ groups: ['memory', 'pids'] });
  expect(memory).toMatchObject({ usageKiB: 5120, peakKiB: 5120, limitKiB: 2_097_152 });
  expect(pids).toEqual({ current: 2, limit: 512, peak: 2, refusals: 0 });
  expect(await domain.listProcesses()).toMatchObject([
    { pid: 1, parent: 0, uid: 0, name: 'sleep', argv: ['/bin/sleep', 'infinity'] },
    { pid: 2, hostPid: await command.pid, uid: 7, argv: ['sleep', '1000'] },
  ]);
  await domain.sendProcessSignal(2, 'SIGTERM');
  expect(await command).toMatchObject({ signal: 'SIGTERM' });
  expect(await domain.memoryStats()).toMatchObject({ usageKiB: 4096, peakKiB: 5120 });
  expect(await domain.listProcesses()).toHaveLength(1);
  await expect(domain.sendProcessSignal(2, 0)).rejects.toMatchObject({ code: 'INVALID_ARG' });
});

test('interfaces go by their name inside', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.createDomain(`<domain type='lxc'><name>networked</name>
    <memory>65536</memory><os><type>exe</type><init>/bin/true</init></os>
    <devices><filesystem><source dir='/srv/x'/><target dir='/'/></filesystem>
    <interface type='network'><source network='default'/></interface>
    <interface type='network'><source network='default'/><guest dev='lan0'/></interface>
    <console/></devices></domain>`);
  const { interface: interfaces = [] } = await domain.getStats({ groups: ['interface'] });
  expect(interfaces.map(({ name }) => name)).toEqual(['lo', 'eth0', 'lan0']);
});

test('the limit of the number of CPUs is a quota in force', async () => {
  await using connection = await open('test:///default');
  const domain = await connection.createDomain(`<domain type='lxc'><name>limited</name>
    <metadata><v:domain xmlns:v='urn:virtainer:domain:1'><v:vcpuLimit/></v:domain></metadata>
    <memory>65536</memory><vcpu>2</vcpu><os><type>exe</type><init>/bin/true</init></os>
    <devices><filesystem><source dir='/srv/x'/><target dir='/'/></filesystem><console/></devices></domain>`);
  expect(await domain.getSchedulerParameters()).toMatchObject({ vcpu_quota: 200_000 });
  await domain.setSchedulerParameters({ vcpu_quota: 50_000 });
  expect(await domain.getSchedulerParameters()).toMatchObject({ vcpu_quota: 50_000 });
});
