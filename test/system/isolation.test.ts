/** What keeps a container apart from the host and from others, seen from the host. */
import { once } from 'node:events';
import { spawn, execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Domain, DomainDefinition, Extensions } from '../../lib/index.js';
import { describeAsRoot, SKIP_REASON, useWorld } from './world.js';

const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'] as const;

describeAsRoot(`isolation${SKIP_REASON}`, () => {
  const world = useWorld();

  const start = (definition: Partial<DomainDefinition> = {}): Promise<Domain> =>
    world().connection.createDomain(world().define({ definition }));
  const extended = (extensions: Extensions): Promise<Domain> => start({ extensions });
  const refusal = (definition: Partial<DomainDefinition>): Promise<unknown> =>
    start(definition).then(
      () => 'started',
      (error: unknown) => error,
    );
  const initOf = (domain: Domain): number =>
    Number(readFileSync(`${world().directory}/run/${domain.uuid}/controller`, 'utf8').split(' ')[3]);
  const namespaceOf = (pid: number | string, kind: string): string => readlinkSync(`/proc/${pid}/ns/${kind}`);
  const status = (pid: number | string, field: string): string =>
    new RegExp(`^${field}:\\s*(.*)$`, 'mu').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  const sh = async (domain: Domain, script: string): Promise<string> =>
    (await domain.exec(['/bin/sh', '-c', script], { reject: false })).stdout;

  test('every namespace is its own, and no two containers have a user of the host in common', async () => {
    const one = await start();
    const other = await start();
    for (const kind of NAMESPACES) {
      const all = ['self', initOf(one), initOf(other)].map((pid) => namespaceOf(pid, kind));
      expect(new Set(all).size).toBe(3);
    }
    const [, first = 0, count = 0] = readFileSync(`/proc/${initOf(one)}/uid_map`, 'utf8')
      .trim()
      .split(/\s+/u)
      .map(Number);
    const [, second = 0] = readFileSync(`/proc/${initOf(other)}/uid_map`, 'utf8')
      .trim()
      .split(/\s+/u)
      .map(Number);
    expect(count).toBe(65_536);
    expect(Math.abs(first - second)).toBeGreaterThanOrEqual(count);
    await one.destroy();
    await other.destroy();
  });

  test('a command is held to what init is held to', async () => {
    const domain = await start();
    const command = domain.exec(['/bin/sh', '-c', 'echo; read line'], { stdin: 'pipe', reject: false });
    await once(command.stdout, 'data');
    const pid = Number(
      execFileSync('pgrep', ['-n', '-f', '^/bin/sh -c echo; read line'], { encoding: 'utf8' }),
    );
    for (const kind of NAMESPACES) expect(namespaceOf(pid, kind)).toBe(namespaceOf(initOf(domain), kind));
    const fields = [
      'CapInh',
      'CapPrm',
      'CapEff',
      'CapBnd',
      'CapAmb',
      'NoNewPrivs',
      'Seccomp',
      'Seccomp_filters',
      'Groups',
    ];
    const wallsOf = (process: number): string[] => fields.map((field) => status(process, field));
    expect(wallsOf(pid)).toEqual(wallsOf(initOf(domain)));
    expect(wallsOf(pid).slice(0, 8)).toEqual([
      '0000000000000000', '00000000000005fb', '00000000000005fb', '00000000000005fb', '0000000000000000', '1', '2', '1',
    ]); // prettier-ignore
    const limitsOf = (process: number): string => readFileSync(`/proc/${process}/limits`, 'utf8');
    expect(limitsOf(pid)).toBe(limitsOf(initOf(domain)));
    expect(limitsOf(pid)).toMatch(/^Max open files +1024 /mu);
    await domain.destroy();
    await command;
  });

  test('a mask can’t be taken away, not even with CAP_SYS_ADMIN', async () => {
    const domain = await extended({
      security: { kind: 'booted' },
      maskedPaths: { paths: ['/etc/hosts', '/var'] },
    });
    expect(await sh(domain, 'cat /etc/hosts; ls -A /var')).toBe('');
    const ways = [
      'umount /etc/hosts', 'umount -l /proc/kcore', 'umount /var', 'mount -o remount,rw /etc/hosts',
      'mount -o remount,bind,rw /proc/sys', 'mount -t proc none /mnt', 'mount --move /var /mnt',
    ]; // prettier-ignore
    for (const way of ways) expect(await sh(domain, `${way} 2>/dev/null && echo 'done: ${way}'`)).toBe('');
    expect(await sh(domain, 'mount -t tmpfs none /mnt && echo mounts')).toBe('mounts');
    await domain.destroy();
  });

  test('pids, rlimits and clocks are as asked for', async () => {
    const domain = await extended({
      pids: { limit: 7 },
      rlimits: [{ name: 'nofile', soft: 100, hard: 200 }],
      timeOffsets: { boottime: { seconds: 86_400 } },
    });
    expect(await sh(domain, 'ulimit -n; ulimit -Hn')).toBe('100\n200');
    const uptime = Number((await sh(domain, 'cut -d. -f1 /proc/uptime')).trim());
    expect(
      uptime - Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split('.')[0])),
    ).toBeGreaterThanOrEqual(86_399);
    expect(await sh(domain, 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done 2>/dev/null; echo forked')).not.toBe(
      'forked',
    );
    await domain.destroy();
  });

  test('a network is shared with another container, a process or a named one', async () => {
    const owner = await start();
    const byName = await start({ lxcNamespace: { sharenet: { type: 'name', value: owner.name } } });
    expect(namespaceOf(initOf(byName), 'net')).toBe(namespaceOf(initOf(owner), 'net'));
    expect(namespaceOf(initOf(byName), 'user')).not.toBe(namespaceOf(initOf(owner), 'user'));
    // Whoever shares a network does not rule over it.
    expect(
      await sh(
        byName,
        'cat /proc/sys/net/ipv4/ip_forward; (echo 1 > /proc/sys/net/ipv4/ip_forward) 2>/dev/null || echo kept',
      ),
    ).toMatch(/kept$/u);
    const holder = spawn(
      'unshare',
      ['--net', '--ipc', '--uts', 'sh', '-c', 'hostname shared; echo ready; exec sleep 100'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    const source = { type: 'pid', value: String(holder.pid) } as const;
    const byPid = await start({ lxcNamespace: { sharenet: source, shareipc: source, shareuts: source } });
    for (const kind of ['net', 'ipc', 'uts'] as const)
      expect(namespaceOf(initOf(byPid), kind)).toBe(namespaceOf(holder.pid ?? 0, kind));
    expect(await sh(byPid, 'uname -n')).toBe('shared');
    for (const domain of [byPid, byName, owner]) await domain.destroy();
    holder.kill();
    await once(holder, 'exit');
    expect(await refusal({ lxcNamespace: { sharenet: source } })).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: expect.stringContaining('sharenet') as unknown,
    });
    expect(
      await refusal({ lxcNamespace: { sharenet: { type: 'netns', value: 'nonexistent' } } }),
    ).toMatchObject({ code: 'CONFIG_UNSUPPORTED' });
    expect(await refusal({ lxcNamespace: { shareuts: { type: 'name', value: 'nobody' } } })).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
    });
  });

  test('the users of the host are shared only by who says so, and then with the fewest rights', async () => {
    const userNamespace = { mode: 'none' } as const;
    const domain = await extended({ userNamespace });
    expect(namespaceOf(initOf(domain), 'user')).toBe(namespaceOf('self', 'user'));
    expect(status(initOf(domain), 'CapBnd')).toBe('00000000000005fb');
    expect((await domain.exec(['/usr/bin/id', '-u'])).stdout).toBe('0');
    await domain.destroy();
    const refused = [
      { extensions: { userNamespace, security: { kind: 'booted' } } },
      { extensions: { userNamespace, security: { kind: 'systemd' } } },
      { extensions: { userNamespace }, features: { capabilities: { policy: 'allow' } } },
      {
        extensions: { userNamespace },
        features: { capabilities: { policy: 'default', states: { sys_module: 'on' } } },
      },
      { extensions: { userNamespace, readonlyPaths: { defaults: false } } },
      { extensions: { userNamespace, maskedPaths: { defaults: false } } },
      { extensions: { userNamespace, seccomp: { profile: 'unconfined' } } },
      { extensions: { userNamespace, noNewPrivs: false } },
    ] as const;
    for (const definition of refused) {
      expect(await refusal(definition)).toMatchObject({
        code: 'CONFIG_UNSUPPORTED',
        message: expect.stringContaining('userNamespace') as unknown,
        hint: expect.stringContaining('insecure') as unknown,
      });
    }
    const insecure = await extended({
      userNamespace: { mode: 'none', insecure: true },
      security: { kind: 'booted' },
    });
    expect((BigInt(`0x${status(initOf(insecure), 'CapBnd')}`) >> 21n) & 1n).toBe(1n);
    await insecure.destroy();
  });

  test('files that only root of the host may read are not root’s of the container, the host’s root boots nothing', async () => {
    const domain = await world().connection.createDomain(
      world().define({
        filesystems: [
          { type: 'mount', source: '/etc', target: '/mnt/etc', readonly: true },
          { type: 'mount', source: '/root', target: '/mnt/root', readonly: true },
        ],
      }),
    );
    expect(
      await sh(domain, 'cat /mnt/etc/shadow /mnt/etc/gshadow; ls /mnt/root; head -c 4 /mnt/etc/passwd'),
    ).toBe('root');
    await domain.destroy();
    const [root, ...others] = world().define().devices?.filesystems ?? [];
    expect(root?.target).toBe('/');
    const filesystems = [{ type: 'mount', source: '/', target: '/', readonly: true } as const, ...others];
    const definition = world().define();
    const devices = { ...definition.devices, filesystems };
    const secrets = await world().connection.createDomain({ ...definition, devices });
    expect(await sh(secrets, 'cat /etc/shadow; head -c 4 /etc/passwd')).toBe('root');
    await secrets.destroy();
    const booted = { ...definition, devices, extensions: { security: { kind: 'booted' } } } as const;
    await expect(world().connection.createDomain(booted)).rejects.toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
    });
  });

  test('an unconfined container has no filter, a profile that is missing is no container', async () => {
    const domain = await extended({ seccomp: { profile: 'unconfined' } });
    expect(status(initOf(domain), 'Seccomp')).toBe('0');
    await domain.destroy();
    expect(
      await refusal({ extensions: { seccomp: { profile: 'file', file: '/nonexistent.json' } } }),
    ).toMatchObject({
      name: 'VirtError',
      message: expect.stringContaining('/nonexistent.json') as unknown,
    });
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
  });
});
