/** Bad input: the right code, a message that names the element, and nothing half done. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroups } from './leaks.js';
import { SKIP_REASON, describeAsRoot, useWorld, type Changes } from './world.js';

describeAsRoot(`what is refused${SKIP_REASON}`, () => {
  const world = useWorld();

  const mount = (source: string, target: string, readonly = false) =>
    ({ type: 'mount', source, target, readonly }) as const;
  const rootOnly = (source: string, readonly = false): Changes => ({
    definition: { devices: { filesystems: [mount(source, '/', readonly)], consoles: [{ type: 'pty' }] } },
  });

  /** Nothing but the name's own lock file, and the failure of a persistent domain. */
  async function expectNothingLeft(before: { mounts: string; groups: readonly string[] }): Promise<void> {
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before.mounts);
    expect(cgroups().filter((path) => !before.groups.includes(path) && path.includes('-test-'))).toEqual([]);
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
    const live = readdirSync(join(world().directory, 'run')).filter((entry) => entry.length === 36);
    expect(live.flatMap((uuid) => readdirSync(join(world().directory, 'run', uuid)))).toEqual([]);
  }

  test.each<[string, () => Changes, string, RegExp]>([
    ['no root', () => ({ definition: { devices: { consoles: [{ type: 'pty' }] } } }), 'CONFIG_UNSUPPORTED', /<filesystem>/],
    ['a ram root', () => ({ definition: { devices: { filesystems: [{ type: 'ram', usageKiB: 1024, target: '/' }], consoles: [{ type: 'pty' }] } } }), 'CONFIG_UNSUPPORTED', /root filesystem type/],
    ['the host root read-write', () => rootOnly('/'), 'CONFIG_UNSUPPORTED', /'\/' is a directory of the host/],
    ['the host root by another name', () => rootOnly('/proc/self/root'), 'CONFIG_UNSUPPORTED', /directory of the host/],
    ['the host’s /usr read-write as root', () => rootOnly('/usr'), 'CONFIG_UNSUPPORTED', /directory of the host/],
    ['a missing root', () => rootOnly('/nowhere/at/all'), 'INTERNAL_ERROR', /target '\/'.*\/nowhere\/at\/all: no such file/],
    ['no console', () => ({ consoles: 0 }), 'CONFIG_UNSUPPORTED', /PTY console/],
    ['an init that is not there', () => ({ init: ['/bin/nothing'] }), 'INTERNAL_ERROR', /cannot find '\/bin\/nothing' relative to container root/],
    ['an init that is not executable', () => ({ init: ['/etc/passwd'] }), 'INTERNAL_ERROR', /cannot execute '\/etc\/passwd': permission denied/],
    ['an init that is a directory', () => ({ init: ['/etc'] }), 'INTERNAL_ERROR', /cannot execute '\/etc'/],
    ['a missing source', () => ({ filesystems: [mount('/nowhere', '/mnt')] }), 'INTERNAL_ERROR', /<filesystem> target '\/mnt': .*\/nowhere: no such file/],
    ['a target below /proc', () => ({ filesystems: [mount('/usr', '//proc/./fs', true)] }), 'CONFIG_UNSUPPORTED', /target '\/\/proc\/\.\/fs'/],
    ['a target over /sys', () => ({ filesystems: [mount('/usr', '/sys//', true)] }), 'CONFIG_UNSUPPORTED', /<filesystem> target/],
    ['our state inside', () => ({ filesystems: [mount(join(world().directory, 'run'), '/mnt')] }), 'CONFIG_UNSUPPORTED', /state/],
    ['an unknown user', () => ({ os: { inituser: 'bob', initgroup: '0' } }), 'INTERNAL_ERROR', /<inituser> 'bob'/],
    ['an unknown group', () => ({ os: { inituser: '0', initgroup: 'bobs' } }), 'INTERNAL_ERROR', /<initgroup> 'bobs'/],
    ['a directory that is not there', () => ({ os: { initdir: '/nowhere' } }), 'INTERNAL_ERROR', /<initdir> '\/nowhere'/],
    ['a poweroff that restarts', () => ({ definition: { onPoweroff: 'restart' } }), 'CONFIG_UNSUPPORTED', /<on_poweroff>/],
    ['a booting init on the host’s /etc', () => ({ init: ['/sbin/init'], filesystems: [mount('/etc', '/etc')] }), 'CONFIG_UNSUPPORTED', /boots an operating system.*\/etc/],
    ['a booting init on the host’s /home', () => ({ init: ['/usr/lib/systemd/systemd'], filesystems: [mount('/home', '/mnt')] }), 'CONFIG_UNSUPPORTED', /\/home read-write/],
  ])('%s', async (_, changes, code, message) => {
    const before = { mounts: readFileSync('/proc/self/mountinfo', 'utf8'), groups: cgroups() };
    await expect(world().connection.createDomain(world().define(changes()))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    await expectNothingLeft(before);
  }); // prettier-ignore

  test('a start that fails leaves a persistent domain shut off, and it can be started when mended', async () => {
    const missing = join(world().directory, 'later');
    const domain = await world().connection.defineDomain(
      world().define({ filesystems: [mount(missing, '/mnt')] }),
    );
    await expect(domain.create()).rejects.toMatchObject({ code: 'INTERNAL_ERROR', errno: 'ENOENT' });
    expect(await domain.getState()).toEqual({ state: 'shutoff', reason: 'failed' });
    await mkdir(missing);
    await domain.create();
    await domain.destroy();
    await domain.undefine();
  });

  test('links in the root lead nowhere but into the root', async () => {
    const { directory } = world().root;
    await mkdir(join(directory, 'mnt', 'real'), { recursive: true });
    await symlink('/../../../../mnt/real', join(directory, 'mnt', 'up'));
    const domain = await world().connection.createDomain(
      world().define({ filesystems: [{ type: 'ram', usageKiB: 64, target: '/mnt/up' }] }),
    );
    await domain.exec(['/bin/sh', '-c', 'echo x > /mnt/real/file']);
    expect(readdirSync(join(directory, 'mnt', 'real'))).toEqual([]);
    await domain.destroy();
  });

  test.each(['proc', 'sys', 'dev'])('a root whose /%s is a link is refused', async (name) => {
    const root = join(world().directory, `linked-${name}`);
    const canary = join(world().directory, 'canary');
    await mkdir(canary, { recursive: true });
    for (const entry of ['proc', 'sys', 'dev'].filter((entry) => entry !== name))
      await mkdir(join(root, entry), { recursive: true });
    await symlink(canary, join(root, name));
    await expect(world().connection.createDomain(world().define(rootOnly(root)))).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      errno: 'ELOOP',
      message: expect.stringContaining(`/${name}`) as unknown,
    });
    expect(readdirSync(canary)).toEqual([]);
  });

  test('a definition file that is damaged is reported and hides no other domain', async () => {
    const good = await world().connection.defineDomain(world().define());
    const uuid = '99999999-2222-4333-8444-555555555555';
    const path = join(world().directory, 'etc', `${uuid}.xml`);
    await writeFile(path, '<domain type="lxc"><name>half');
    expect((await world().connection.listAllDomains()).map(({ name }) => name)).toContain(good.name);
    await expect(world().connection.lookupDomainByUUID(uuid)).rejects.toMatchObject({ code: 'XML_ERROR' });
    await rm(path);
    await good.undefine();
  });
});
