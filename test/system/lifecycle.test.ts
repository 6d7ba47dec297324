/** Real containers, seen from the host's side. */
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Domain } from '../../lib/index.js';
import { findTraces, isGone } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld } from './world.js';

interface Status {
  readonly definition: unknown;
  readonly cgroups: {
    readonly groups: readonly { readonly directory: string; readonly controllers: string[] }[];
  };
}

describeAsRoot(`lifecycle of real containers${SKIP_REASON}`, () => {
  const world = useWorld();
  const stateFolder = (domain: Domain): string => join(world().directory, 'run', domain.uuid);
  const status = async (domain: Domain): Promise<Status> =>
    JSON.parse(await readFile(join(stateFolder(domain), 'live.json'), 'utf8')) as Status;
  const pids = (domain: Domain): { controller: number; init: number } => {
    const [, controller, , init] = readFileSync(join(stateFolder(domain), 'controller'), 'utf8').split(' ');
    return { controller: Number(controller), init: Number(init) };
  };

  test('a persistent domain is defined, started, shut down and undefined', async () => {
    const domain = await world().connection.defineDomain(world().define());
    expect(await domain.getState()).toEqual({ state: 'shutoff', reason: 'unknown' });
    await domain.create();
    expect(await domain.getState()).toEqual({ state: 'running', reason: 'booted' });
    expect(await domain.getID()).toBe(pids(domain).controller);
    await domain.shutdown();
    expect(await domain.getState()).toMatchObject({ state: 'shutoff', reason: 'shutdown' });
    await domain.undefine();
    expect(await world().connection.listAllDomains()).toEqual([]);
    expect(findTraces([domain.uuid])).toEqual([]);
    expect(existsSync(stateFolder(domain))).toBe(false);
  });

  test('a transient domain is gone when it stops', async () => {
    const domain = await world().connection.createDomain(world().define());
    expect(await domain.isPersistent()).toBe(false);
    await domain.destroy();
    await expect(domain.getState()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    expect(await readdir(join(world().directory, 'run', 'locks'))).not.toContain(domain.uuid);
  });

  test('init runs in namespaces of its own, and the controller outside of our session, tree and cgroup', async () => {
    const domain = await world().connection.createDomain(world().define());
    const { controller, init } = pids(domain);
    for (const kind of ['pid', 'mnt', 'uts', 'ipc', 'net', 'cgroup']) {
      expect(readlinkSync(`/proc/${init}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
    }
    const stat = readFileSync(`/proc/${controller}/stat`, 'utf8');
    const [, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect(Number(parent)).not.toBe(process.pid);
    // The session is that of its first process, which has ended: neither ours nor one of a living process.
    expect(readFileSync('/proc/self/stat', 'utf8').split(' ')[5]).not.toBe(session);
    const ofController = readFileSync(`/proc/${controller}/cgroup`, 'utf8').trim().split('\n');
    expect(ofController.every((line) => line.endsWith(':/'))).toBe(true);
    await domain.destroy();
  });

  test('the container has a cgroup in every hierarchy, with its limit, and init is in all of them', async () => {
    const domain = await world().connection.createDomain(world().define());
    const { cgroups } = await status(domain);
    for (const { directory, controllers } of cgroups.groups) {
      expect(await readFile(join(directory, 'cgroup.procs'), 'utf8')).toContain(`${pids(domain).init}\n`);
      if (!controllers.includes('memory')) continue;
      expect(await readFile(join(directory, 'memory.limit_in_bytes'), 'utf8')).toBe(`${64 * 1024 * 1024}\n`);
    }
    await domain.destroy();
    expect(cgroups.groups.filter(({ directory }) => existsSync(directory))).toEqual([]);
  });

  test('inside are a private /proc, /sys, /dev and nothing of the old root', async () => {
    const domain = await world().connection.createDomain(world().define({ consoles: 2 }));
    const sh = async (script: string): Promise<string> => {
      const { stdout, stderr } = await domain.exec(['/bin/sh', '-c', script]);
      expect(stderr).toBe('');
      return stdout;
    };
    expect(await sh('echo $$; cat /proc/1/comm; hostname')).toMatch(
      new RegExp(`^\\d+\nsleep\n${domain.name}$`),
    );
    expect((await sh('ls /dev')).split('\n').sort()).toEqual(
      ['console', 'fd', 'full', 'mqueue', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'tty1', 'tty2', 'urandom', 'zero'], // prettier-ignore
    );
    expect(
      await sh('echo x > /dev/null; head -c 3 /dev/zero | od -An -tx1; ls -l /dev/ptmx | sed "s/.*-> //"'),
    ).toBe(' 00 00 00\npts/ptmx');
    const mounts = await sh('cat /proc/self/mountinfo');
    expect(mounts).not.toContain(world().directory);
    expect(mounts).not.toMatch(/shared:|master:/);
    expect(mounts).toMatch(/ \/sys ro/);
    expect(mounts).toMatch(/ \/proc\/sys ro/);
    expect(mounts).toMatch(/ \/usr ro/);
    expect(await sh('cat /proc/self/cgroup')).toMatch(/^(?:\d+:[^:]*:\/\n?)+$/);
    expect(await sh('ls /sys/class/net; cat /sys/class/net/lo/operstate')).toBe('lo\nunknown');
    await domain.destroy();
  });

  test('init has the environment, arguments, directory and capabilities that were asked for', async () => {
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/sleep', 'infinity', '--', 'ignored'].slice(0, 2) as [string, string],
        os: {
          initenv: [{ name: 'COLOUR', value: 'grün & blau' }],
          initdir: '/tmp',
          inituser: 'nobody',
          initgroup: '5',
        },
        consoles: 2,
        definition: { features: { capabilities: { policy: 'default', states: { chown: 'off' } } } },
      }),
    );
    const { init } = pids(domain);
    expect(readFileSync(`/proc/${init}/environ`, 'utf8').split('\0').slice(0, -1)).toEqual([
      'PATH=/bin:/sbin',
      'TERM=linux',
      'container=lxc-libvirt',
      'HOME=/',
      `container_uuid=${domain.uuid}`,
      'container_ttys=pts/1',
      `LIBVIRT_LXC_UUID=${domain.uuid}`,
      `LIBVIRT_LXC_NAME=${domain.name}`,
      'COLOUR=grün & blau',
    ]);
    expect(readlinkSync(`/proc/${init}/cwd`)).toBe('/tmp');
    const of = (field: string): string =>
      new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${init}/status`, 'utf8'))?.[1] ?? '';
    const [, base = '', count] = readFileSync(`/proc/${init}/uid_map`, 'utf8').trim().split(/\s+/u);
    expect(count).toBe('65536');
    expect(Number(base)).toBeGreaterThanOrEqual(65_536);
    expect(of('Uid').split('\t')).toEqual(Array(4).fill(String(Number(base) + 65_534)));
    expect(of('Gid').split('\t')).toEqual(Array(4).fill(String(Number(base) + 5)));
    expect([of('CapInh'), of('CapAmb'), of('CapEff')]).toEqual(Array(3).fill('0'.repeat(16)));
    const bounding = BigInt(`0x${of('CapBnd')}`);
    const kept = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (bounding >> BigInt(bit)) & 1n);
    // dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service
    expect(kept).toEqual([1, 3, 4, 5, 6, 7, 8, 10]);
    expect((await readdir(`/proc/${init}/fd`)).sort()).toEqual(['0', '1', '2']);
    expect(readlinkSync(`/proc/${init}/fd/0`)).toBe('/dev/pts/0');
    await domain.destroy();
  });

  test.each([
    ['exit code', ['/bin/sh', '-c', 'exit 42'], { exitCode: 42, signal: null }],
    ['signal', ['/bin/sh', '-c', '(sleep 0.2; kill -9 1) & exec sleep 5'], undefined],
  ] as const)('the %s of init is exact', async (_, init, expected) => {
    const events = world().connection.events();
    const domain = await world().connection.defineDomain(world().define({ init: [...init] }));
    await domain.create();
    if (!expected) await domain.sendProcessSignal(1, 'SIGKILL');
    for await (const event of events) {
      if (event.type !== 'lifecycle' || event.event !== 'stopped') continue;
      expect(event).toMatchObject({ domain: domain.name, uuid: domain.uuid, detail: 'shutdown' });
      expect(event.exit).toEqual(expected ?? { exitCode: null, signal: 'SIGKILL' });
      break;
    }
    expect(await domain.getState()).toMatchObject({ state: 'shutoff', reason: 'shutdown' });
    await domain.undefine();
  });

  test('suspend stops every process, resume lets them go on, and a paused domain can be destroyed', async () => {
    const domain = await world().connection.createDomain(
      world().define({ init: ['/bin/sh', '-c', 'while :; do :; done'] }),
    );
    const { init } = pids(domain);
    const cpuTime = (): number => Number(readFileSync(`/proc/${init}/stat`, 'utf8').split(' ')[13]);
    await domain.suspend();
    expect(await domain.getState()).toEqual({ state: 'paused', reason: 'user' });
    await domain.suspend();
    await expect(domain.exec(['/bin/true'])).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    const frozenAt = cpuTime();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(cpuTime()).toBe(frozenAt);
    const other = await world().connect();
    expect(await (await other.lookupDomainByName(domain.name)).getState()).toMatchObject({ state: 'paused' });
    await other.close();
    await domain.resume();
    expect(await domain.getState()).toEqual({ state: 'running', reason: 'unpaused' });
    await domain.suspend();
    await domain.destroy();
    expect(isGone(init)).toBe(true);
  });

  test('getInfo reports limits and use', async () => {
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/sh', '-c', 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; exec sleep 99'],
      }),
    );
    await domain.exec(['/bin/true']);
    const info = await domain.getInfo();
    expect(info).toMatchObject({ state: 'running', maxMemoryKiB: 65536, vcpus: 1 });
    expect(info.memoryKiB).toBeGreaterThan(0);
    expect(info.cpuTimeNs).toBeGreaterThan(0n);
    await domain.destroy();
  });

  test('reboot gives the domain a new init and the same id', async () => {
    const domain = await world().connection.createDomain(world().define());
    const before = pids(domain);
    await domain.reboot();
    const after = pids(domain);
    expect(after.controller).toBe(before.controller);
    expect(after.init).not.toBe(before.init);
    expect(isGone(before.init)).toBe(true);
    expect((await domain.exec(['/bin/echo', 'again'])).stdout).toBe('again');
    await domain.destroy();
  });

  test('reboot(2) inside restarts the container', async () => {
    const marker = join(world().root.directory, 'var', 'boots');
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/sh', '-c', 'echo boot >> /var/boots; if [ $(wc -l < /var/boots) -lt 2 ]; then perl -e "syscall(169, 0xfee1dead, 672274793, 0x01234567, 0)"; fi; exec sleep infinity'], // prettier-ignore
        definition: { extensions: { security: { kind: 'booted' } } },
      }),
    );
    while (!existsSync(marker) || readFileSync(marker, 'utf8') !== 'boot\nboot\n') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await domain.getState()).toMatchObject({ state: 'running' });
    await domain.destroy();
  });

  test('shutdown ends a shell on a terminal, lets a handler finish, and kills what does not listen', async () => {
    const shell = await world().connection.createDomain(world().define({ init: ['/bin/bash'] }));
    await shell.shutdown();

    const polite = await world().connection.defineDomain(
      world().define({
        init: ['/bin/bash', '-c', 'trap "echo bye > /var/bye; exit 7" TERM; while :; do sleep 0.01; done'],
      }),
    );
    await polite.create();
    while ((await polite.exec(['/bin/grep', 'SigCgt', '/proc/1/status'])).stdout.endsWith('0')) continue;
    await polite.shutdown();
    expect(readFileSync(join(world().root.directory, 'var', 'bye'), 'utf8')).toBe('bye\n');
    await polite.undefine();

    const deaf = await world().connection.defineDomain(
      world().define({
        init: ['/bin/bash', '-c', 'trap ":" TERM HUP; echo > /var/deaf; while :; do sleep 0.01; done'],
      }),
    );
    await deaf.create();
    while (!existsSync(join(world().root.directory, 'var', 'deaf')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await deaf.shutdown({ timeoutMs: 100 });
    expect(await deaf.getState()).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
    await deaf.undefine();
  });

  test('an aborted shutdown stops waiting and kills nothing', async () => {
    const domain = await world().connection.createDomain(
      world().define({
        init: ['/bin/bash', '-c', 'trap ":" TERM HUP; echo > /var/waits; while :; do sleep 0.01; done'],
      }),
    );
    while (!existsSync(join(world().root.directory, 'var', 'waits')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    const signal = AbortSignal.timeout(50);
    const error: unknown = await domain
      .shutdown({ timeoutMs: Infinity, signal })
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'OPERATION_FAILED' });
    expect((error as Error).cause).toBe(signal.reason);
    expect(await domain.isActive()).toBe(true);
    await domain.destroy();
  });

  test('sendProcessSignal reaches any process of the container, by its number inside', async () => {
    const domain = await world().connection.createDomain(world().define());
    const sleeper = domain.exec(['/bin/sh', '-c', 'echo $$; exec sleep 100']);
    const [first] = (await once(sleeper.stdout, 'data')) as [Buffer];
    await domain.sendProcessSignal(Number(first.toString('utf8')), 'SIGUSR1');
    expect(await sleeper).toMatchObject({ exitCode: null, signal: 'SIGUSR1' });
    await expect(domain.sendProcessSignal(31000, 'SIGTERM')).rejects.toMatchObject({ code: 'INVALID_ARG' });
    await domain.destroy();
  });

  test('a changed definition file is noticed', async () => {
    const domain = await world().connection.defineDomain(world().define());
    const path = join(world().directory, 'etc', `${domain.uuid}.xml`);
    const xml = await readFile(path, 'utf8');
    await writeFile(path, xml.replace("<vcpu placement='static'>1<", "<vcpu placement='static'>3<"));
    expect(await domain.getDefinition()).toMatchObject({ vcpus: 3 });
    await domain.undefine();
  });
});
