/** what a definition or a root may name. */
import { mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VirtError, type Domain, type DomainDefinition, type Filesystem } from '../../../lib/index.js';
import { useAttackers } from '../build-attacker.js';
import { describeAttacks, type Evidence } from '../harness.js';
import { identity, isSameFile, mountsOf, statInside } from '../inside.js';
import { naively } from '../naive.js';
import { ignoreEnded, makeFolder, makeRoot, onRoot, ramAt, tryMount, tryStart } from '../victims.js';

describeAttacks('targets', ({ attempt, teeth, world, canary }) => {
  const attacker = useAttackers('idle', 'naive');
  const root = (): string => makeRoot(world(), [attacker('idle')]);

  const KERNEL_TARGETS = [
    '/proc', '/proc/', '//proc', '/./proc//', '/x/../proc', '/proc/self', '/proc/self/attr', '/proc/sys/kernel',
    '/proc/1/../sys', '/sys', '/sys/', '/x/../../sys', '/sys/fs/cgroup', '/sys/./kernel', '/dev', '/dev/', '/dev/.',
  ]; // prettier-ignore

  /** Refused for what it is; `early`: before a process was made for it. */
  async function expectRefusal(
    definition: DomainDefinition,
    when: 'early' | 'any' = 'early',
  ): Promise<Evidence> {
    let domain: Domain;
    try {
      domain = await world().connection.createDomain(definition);
    } catch (error) {
      if (!(error instanceof VirtError)) return [`no clean error: ${String(error)}`];
      const isRight =
        ['CONFIG_UNSUPPORTED', 'XML_ERROR'].includes(error.code) &&
        (when === 'any' || error.stage === undefined);
      return isRight ? [] : [`refused as ${error.code} only: ${error.message}`];
    }
    await domain.destroy().catch(ignoreEnded);
    return ['it was started'];
  }

  for (const target of KERNEL_TARGETS) {
    attempt('A-009', `a volume and a tmpfs over ${target}`, async () => [
      ...(await expectRefusal(onRoot(world(), root(), ['/idle'], [ramAt(target)]))),
      ...(await expectRefusal(
        onRoot(world(), root(), ['/idle'], [{ type: 'mount', source: makeFolder(world()), target }]),
      )),
    ], { times: 2 }); // prettier-ignore
  }

  for (const link of ['/proc', '/sys', '/proc/sys', '/proc/1', '../proc', '/dev/../proc']) {
    for (const target of ['/l', '/l/kernel', '/l/self']) {
      attempt('A-009', `a tmpfs over ${target}, and l is a link to ${link}`, () => {
        const victim = root();
        symlinkSync(link, join(victim, 'l'));
        return tryMount(world(), victim, '/idle', ramAt(target));
      });
    }
    attempt('A-009', `a bind of a link to ${link} at another place`, () => {
      const victim = root();
      symlinkSync(link, join(victim, 'l'));
      const bind = { type: 'bind', source: '/l', target: '/shown' } as const;
      return tryStart(world(), onRoot(world(), victim, ['/idle'], [bind]));
    });
  }

  teeth('A-009', 'mount(2) by path follows a link out of the root', () => {
    const folder = makeFolder(world());
    symlinkSync(makeFolder(world(), 'outside'), join(folder, 'l'));
    return naively(attacker('naive'), { mode: 'mount', folder, path: join(folder, 'l') });
  });

  /** The directory of a process of the container, and whether it is in one of the container's mounts. */
  function wrongDirectory(pid: number): Evidence {
    const path = readlinkSync(`/proc/${pid}/cwd`);
    const isHosts = ['/', '/proc', canary().directory, process.cwd()].some(
      (place) =>
        identity(statSync(`/proc/${pid}/cwd`, { bigint: true })) ===
        identity(statSync(place, { bigint: true })),
    );
    const isMounted = mountsOf(pid).some(({ target }) =>
      `${path}/`.startsWith(target === '/' ? '/' : `${target}/`),
    );
    return isHosts || !isMounted || path.startsWith('(') ? [`works in ${path}`] : [];
  }

  const DIRECTORIES = [
    ...Array.from({ length: 10 }, (_, index) => `/proc/self/fd/${index + 3}`),
    '/proc/1/cwd', '/proc/1/root', '/proc/self/root/..', '/proc/self/task/1/cwd', '/dev/fd/3', '/dev/stdin/..',
  ]; // prettier-ignore
  for (const initdir of DIRECTORIES) {
    attempt('A-010', `init in ${initdir}, and in a link to it`, async () => {
      const victim = root();
      symlinkSync(initdir, join(victim, 'l'));
      const definition = onRoot(world(), victim, ['/idle']);
      const started = (directory: string): Promise<Evidence> =>
        tryStart(world(), { ...definition, os: { ...definition.os, initdir: directory } }, { look: wrongDirectory });
      return [...(await started(initdir)), ...(await started('/l'))];
    }, { times: 2 }); // prettier-ignore
  }

  attempt('A-010', 'commands in /proc/self/fd/3 to 64 and others', async () => {
    const victim = root();
    const domain = await world().connection.createDomain(onRoot(world(), victim, ['/idle']));
    const evidence: string[] = [];
    const numbered = Array.from({ length: 62 }, (_, index) => `/proc/self/fd/${index + 3}`);
    for (const cwd of [...numbered, ...DIRECTORIES]) {
      const command = domain.exec(['/idle'], { cwd });
      const pid = await command.pid.catch(() => undefined);
      if (pid !== undefined) evidence.push(...wrongDirectory(pid).map((text) => `${cwd}: ${text}`));
      command.kill('SIGKILL');
      await command.catch(() => undefined);
    }
    await domain.destroy();
    return evidence;
  }, { times: 62 + DIRECTORIES.length }); // prettier-ignore

  teeth('A-010', 'chdir through a descriptor of the host that is open after chroot', () => {
    const folder = root();
    return naively(attacker('naive'), { mode: 'cwd', folder, path: join(folder, 'proc') });
  });

  for (const path of [
    '/../../../../etc/x',
    '/%2e%2e/%2e%2e/etc',
    '/a/../../../x',
    '/..',
    '/a/./../b/../../c',
    '/.../x',
  ]) {
    attempt('A-013', `${path} as target, source inside and source on the host`, async () => {
      const volume = makeFolder(world(), 'volume');
      const added: Filesystem[] = [ramAt(path), { type: 'mount', source: volume, target: path }];
      const climbing: Filesystem = { type: 'mount', source: join(volume, path), target: '/x' };
      const inside: Filesystem = { type: 'bind', source: path, target: '/shown' };
      const evidence: string[] = [];
      for (const each of [...added, climbing]) evidence.push(...(await tryMount(world(), root(), '/idle', each)));
      return [
        ...evidence,
        ...(await tryMount(world(), root(), '/idle', inside, {
          look: (pid) => ['/', '/etc', '/tmp'].filter((place) => isSameFile(pid, '/shown', place)),
        })),
      ];
    }, { times: 4 }); // prettier-ignore
  }

  teeth('A-013', 'mount(2) by a joined path climbs out', () => {
    const folder = makeFolder(world());
    makeFolder(world(), 'outside');
    return naively(attacker('naive'), { mode: 'mount', folder, path: `${folder}/..` });
  });

  const NAMES = [
    'a,lowerdir=/',
    'a:b',
    'a\\b',
    'a\\,b',
    'a\nb',
    'a b',
    'a\tb',
    'a,ro',
    'size=1',
    '-o',
    'a"b\'',
    'ü\u202e',
    '\\040',
  ];
  for (const name of NAMES) {
    attempt('A-014', `a folder named ${JSON.stringify(name)} as root, source and target`, async () => {
      const odd = join(makeFolder(world()), name);
      mkdirSync(odd);
      writeFileSync(join(odd, 'file'), '');
      const isLiteral = (target: string) => (pid: number) =>
        isSameFile(pid, `${target}/file`, join(odd, 'file')) ? [] : [`${target} shows something else`];
      const victim = makeRoot(world(), [attacker('idle')]);
      const named = join(victim, name);
      mkdirSync(named);
      const source: Filesystem = { type: 'mount', source: odd, target: '/shown' };
      const target: Filesystem = { type: 'mount', source: odd, target: `/${name}` };
      const ram = ramAt(`/${name}`);
      const start = (added: Filesystem, look: (pid: number) => Evidence): Promise<Evidence> =>
        tryStart(world(), onRoot(world(), victim, ['/idle'], [added]), { look });
      return [
        ...(await start(source, isLiteral('/shown'))),
        ...(await start(target, isLiteral(`/${name}`))),
        ...(await start(ram, (pid) =>
          identity(statInside(pid, `/${name}`)) === identity(statSync(named, { bigint: true })) ? ['no tmpfs'] : [],
        )),
      ];
    }, { times: 3 }); // prettier-ignore
  }

  teeth('A-014', 'one string of overlay options takes a colon in a name for a second layer', () => {
    const folder = makeFolder(world());
    const source = makeFolder(world(), 'outside');
    writeFileSync(join(source, 'file'), '');
    for (const name of ['a', 'a:.', 'merged']) mkdirSync(join(folder, name));
    return naively(attacker('naive'), { mode: 'options', folder, path: join(folder, 'merged'), source });
  });

  const ROOTS = [
    '/',
    '/usr/..',
    '/proc/self/root',
    '/proc/1/root',
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/etc',
    '/tmp',
    '/var',
  ];
  for (const source of ROOTS) {
    attempt('A-018', `${source} of the host as a root that can be written to`, () =>
      expectRefusal(onRoot(world(), source, ['/bin/true'])),
    );
  }
  for (const source of ['/proc', '/sys', '/sys/fs/cgroup', '/proc/self']) {
    attempt('A-018', `${source} of the host as a read-only root`, () => {
      const { devices, ...definition } = world().define({ init: ['/bin/true'] });
      const filesystems: Filesystem[] = [{ type: 'mount', source, target: '/', readonly: true }];
      return expectRefusal({ ...definition, devices: { ...devices, filesystems } }, 'any');
    });
  }
  attempt('A-018', 'our state as root, by name and through a link', async () => {
    const link = join(makeFolder(world()), 'l');
    symlinkSync(join(world().directory, 'run'), link);
    return [
      ...(await expectRefusal(onRoot(world(), join(world().directory, 'run'), ['/bin/true']))),
      ...(await expectRefusal(onRoot(world(), world().directory, ['/bin/true']))),
      ...(await expectRefusal(onRoot(world(), link, ['/bin/true']))),
    ];
  }, { times: 3 }); // prettier-ignore
  teeth('A-018', 'a root of its own is started', () => expectRefusal(onRoot(world(), root(), ['/idle'])));
});
