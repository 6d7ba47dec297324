/** Domains on a host whose process 1 is systemd: everything in a scope that it was asked for, and nothing elsewhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'dbus-native';
import type { Domain } from '../../lib/index.js';
import { readHierarchies } from '../../lib/lxc/cgroup/hierarchies.js';
import { startScope } from '../../lib/lxc/cgroup/systemd/scope.js';
import { DBUS_DAEMON, FakeSystemd, startBus, type TestBus } from './fake-systemd.js';
import { isGone } from './leaks.js';
import { isRoot, useWorld } from './world.js';

jest.mock('../../lib/lxc/cgroup/systemd/detect', () => ({ isSystemdHost: () => true }));

const canRun = isRoot && DBUS_DAEMON !== undefined && readHierarchies().some(({ version }) => version === 2);
const reason = canRun
  ? ''
  : ' (skipped: needs root, dbus-daemon and a cgroup2 mount to tell when a scope is empty)';
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

(canRun ? describe : describe.skip)(`domains in scopes of systemd${reason}`, () => {
  let bus: TestBus;
  let systemd: FakeSystemd;
  beforeAll(async () => {
    bus = await startBus();
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    systemd = await FakeSystemd.start(bus.address);
  });
  const world = useWorld();
  afterAll(async () => {
    await systemd.stop();
    await bus.stop();
    delete process.env.DBUS_SYSTEM_BUS_ADDRESS;
  });
  beforeEach(() => {
    systemd.asked.length = 0;
    systemd.behaviour = {};
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
  });
  afterEach(async () => {
    for (const domain of await world().connection.listAllDomains({ active: true })) await domain.destroy();
    await systemd.allGone();
    expect(slices()).toEqual([]);
  });

  /** Groups of ours in every hierarchy, whoever has made them. */
  const slices = (): string[] =>
    readHierarchies().flatMap(({ mountPoint }) =>
      readdirSync(mountPoint)
        .filter((name) => name.startsWith('machine') && name.endsWith('.slice'))
        .map((name) => join(mountPoint, name)),
    );
  const folder = (domain: Domain): string => join(world().directory, 'run', domain.uuid);
  const processesOf = async (domain: Domain): Promise<{ controller: number; init: number }> => {
    const [, controller, , init] = (await readFile(join(folder(domain), 'controller'), 'utf8')).split(' ');
    return { controller: Number(controller), init: Number(init) };
  };
  /** Groups of a process by hierarchy; those of somebody else's hierarchies left out. */
  const groupsOf = (pid: number): Map<string, string> =>
    new Map(
      readFileSync(`/proc/${pid}/cgroup`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(':'))
        .map(([, controllers = '', path = '']) => [controllers, path]),
    );

  test('systemd is asked for a scope in the slice of the partition, delegated and without limits', async () => {
    const domain = await world().connection.createDomain(world().define({ name: 'web-1' }));
    expect(systemd.asked).toEqual([
      {
        unit: expect.stringMatching(/^machine-lxc\\x2d[0-9a-f]{8}\\x2dweb\\x2d1\.scope$/u) as unknown,
        mode: 'fail',
        properties: {
          Description: 'virtainer domain web-1',
          Slice: 'machine.slice',
          PIDs: [expect.any(Number)],
          Delegate: true,
          TasksMax: UNLIMITED,
          CollectMode: 'inactive-or-failed',
        },
      },
    ]);
    await domain.destroy();
  });

  test('the container is in one group of the scope, its controller beside it', async () => {
    const domain = await world().connection.createDomain(world().define());
    const { controller, init } = await processesOf(domain);
    const scope = `/machine.slice/${systemd.asked[0]?.unit}`;
    const [groups, supervisors] = [groupsOf(init), groupsOf(controller)];
    for (const name of ['', 'memory', 'pids', 'devices', 'name=systemd']) {
      expect([name, groups.get(name)]).toEqual([name, `${scope}/container`]);
      expect([name, supervisors.get(name)]).toEqual([name, `${scope}/supervisor`]);
    }
    // Not systemd's: made by us, with the same names.
    expect(groups.get('freezer')).toBe(`${scope}/container`);
    expect(supervisors.get('freezer')).toBe('/');
    const [holder] = systemd.asked[0]?.properties.PIDs as [number];
    await until(() => isGone(holder));
    await domain.destroy();
  });

  test('a domain lives a whole life there', async () => {
    const domain = await world().connection.defineDomain(world().define());
    await domain.create();
    const inside = await domain.exec(['/bin/sh', '-c', 'cat /proc/self/cgroup; sleep 0.05']);
    expect(inside.stdout).toMatch(/^0::\/$/mu);
    const { init } = await processesOf(domain);
    const command = domain.exec(['/bin/sleep', 'infinity'], { reject: false });
    const pid = await command.pid;
    const groups = groupsOf(init);
    expect(groupsOf(pid)).toEqual(groups);
    await domain.suspend();
    expect(await domain.getState()).toMatchObject({ state: 'paused' });
    await domain.resume();
    expect((await domain.getInfo()).memoryKiB).toBeGreaterThan(0);
    await domain.reboot();
    expect(groupsOf((await processesOf(domain)).init)).toEqual(groups);
    await domain.destroy();
    await command;
    await domain.create();
    await domain.shutdown({ timeoutMs: 100 });
    expect(systemd.asked.length).toBe(2);
    await domain.undefine();
  });

  test('a container that ends by itself takes its scope with it', async () => {
    const domain = await world().connection.defineDomain(world().define({ init: ['/bin/sleep', '0.05'] }));
    await domain.create();
    await systemd.allGone();
    await until(() => !existsSync(join(folder(domain), 'controller')));
    await domain.undefine();
  });

  test('partitions are slices, and odd names become names of units', async () => {
    const partition = '/machine/eng-dept/a!b';
    const domain = await world().connection.createDomain(
      world().define({ name: 'a b-ü.x!', definition: { resource: { partition } } }),
    );
    const { unit, properties } = systemd.asked[0] ?? {};
    expect(properties?.Slice).toBe('machine-eng\\x2ddept-a\\x21b.slice');
    expect(unit).toMatch(/^machine-lxc\\x2d[0-9a-f]{8}\\x2dab\\x2d\.x\.scope$/u);
    const path = `/machine.slice/machine-eng\\x2ddept.slice/machine-eng\\x2ddept-a\\x21b.slice/${unit}/container`;
    const groups = groupsOf((await processesOf(domain)).init);
    for (const name of ['', 'memory', 'freezer']) expect([name, groups.get(name)]).toEqual([name, path]);
    await domain.destroy();
  });

  test('a start that fails leaves no scope', async () => {
    const start = world().connection.createDomain(world().define({ init: ['/no/such/file'] }));
    await expect(start).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(systemd.asked.length).toBe(1);
  });

  test('what a killed controller leaves is removed by whoever looks', async () => {
    const domain = await world().connection.createDomain(world().define());
    const { controller } = await processesOf(domain);
    process.kill(controller, 'SIGKILL');
    await until(() => isGone(controller));
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
  });

  test.each([
    [
      'there is no bus',
      (): void => {
        process.env.DBUS_SYSTEM_BUS_ADDRESS = 'unix:path=/nonexistent/socket';
      },
      { code: 'INTERNAL_ERROR', errno: 'ENOENT', hint: expect.stringContaining('dbus.socket') as unknown },
    ],
    [
      'its address is none',
      (): void => {
        process.env.DBUS_SYSTEM_BUS_ADDRESS = 'carrier-pigeon:';
      },
      { code: 'INTERNAL_ERROR', message: expect.stringContaining('carrier-pigeon') as unknown },
    ],
    [
      'systemd refuses',
      (): void => {
        const message = 'Unit machine-x.scope was already loaded';
        systemd.behaviour = { refusal: { dbusName: 'org.freedesktop.systemd1.UnitExists', message } };
      },
      {
        code: 'DBUS_SERVICE',
        message: expect.stringContaining('already loaded (org.freedesktop') as unknown,
      },
    ],
    [
      'its job fails',
      (): void => {
        systemd.behaviour = { result: 'failed' };
      },
      { code: 'OPERATION_FAILED', hint: expect.stringContaining('journalctl -u machine-lxc') as unknown },
    ],
  ])('when %s no container starts, and none in groups of our own', async (_, arrange, error) => {
    arrange();
    const domain = await world().connection.defineDomain(world().define());
    await expect(domain.create()).rejects.toMatchObject({ domain: 'SYSTEMD', ...error });
    expect(await domain.isActive()).toBe(false);
    expect(readdirSync(folder(domain))).toEqual(['exit']);
    systemd.behaviour = {};
    process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    await domain.create();
    await domain.destroy();
    await domain.undefine();
  });

  test('a systemd that is too slow is not waited for', async () => {
    systemd.behaviour = { silent: true };
    const holder = spawn('/bin/sleep', ['infinity']);
    const scope = { name: 'machine-slow.scope', slice: 'machine.slice', description: '' };
    await expect(startScope(scope, holder.pid ?? 0, 100)).rejects.toMatchObject({
      code: 'OPERATION_TIMEOUT',
    });
    holder.kill();
    await once(holder, 'exit');
  });

  test('a job that has ended before the answer comes counts', async () => {
    systemd.behaviour = { quick: true };
    const domain = await world().connection.createDomain(world().define());
    await domain.destroy();
  });

  test('nobody else can say how systemd’s job has ended', async () => {
    const liar = createClient({ busAddress: bus.address });
    await liar.getId();
    systemd.behaviour = {
      whenMade: () => {
        const { unit } = systemd.asked[0] ?? {};
        const body = [1, '/org/freedesktop/systemd1/job/1', unit, 'failed'];
        liar.sendSignal(
          '/org/freedesktop/systemd1',
          'org.freedesktop.systemd1.Manager',
          'JobRemoved',
          'uoss',
          body,
        );
      },
    };
    const domain = await world().connection.createDomain(world().define());
    await domain.destroy();
    await liar.close();
  });

  test('when Node dies before the container is born, the scope goes, and the domain is off', async () => {
    const definition = world().define({ name: 'orphan' });
    await world().connection.defineDomain(definition);
    const dist = join(__dirname, '../../dist');
    const script = `
      require('${dist}/lxc/cgroup/systemd/detect.js').isSystemdHost = () => true;
      require('${dist}/index.js').open(process.argv[1]).then((connection) => connection.lookupDomainByName('orphan'))
        .then((domain) => domain.create());`;
    const child = spawn(process.execPath, ['-e', script, world().uri], {
      stdio: 'inherit',
      env: process.env,
    });
    systemd.behaviour = { whenMade: () => child.kill('SIGKILL') };
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    await systemd.allGone();
    const domain = await world().connection.lookupDomainByName('orphan');
    expect(await domain.isActive()).toBe(false);
    systemd.behaviour = {};
    await domain.create();
    await domain.destroy();
    await domain.undefine();
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
