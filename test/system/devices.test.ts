/**
 * Devices of the host in real containers: exactly those that were given, and no other, whoever made the node.
 * The attack is made twice: inside with CAP_MKNOD, and with nodes that root of the host has put in the container.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain, DomainDefinition, Extensions, Features } from '../../lib/index.js';
import { readHierarchies } from '../../lib/lxc/cgroup/hierarchies.js';
import { FORBIDDEN_DEVICES } from '../native/forbidden-devices.js';
import { SKIP_REASON, describeAsRoot, isRoot, useWorld } from './world.js';

const DENIED = 'Operation not permitted';
const MKNOD: Features = { capabilities: { policy: 'default', states: { mknod: 'on' } } };
const MARK = 'the content of the disk';

const ROOT = join(__dirname, '..', '..');

const canLoop = isRoot && existsSync('/dev/loop-control');
const testWithLoop = canLoop ? test : test.skip;
const NO_LOOP = canLoop ? '' : ' (skipped: no loop devices here)';
const devicesV1 = isRoot
  ? readHierarchies().find(({ controllers }) => controllers.join() === 'devices')
  : undefined;
const hasV2 = isRoot && readHierarchies().some(({ version }) => version === 2);
const testOnV2 = hasV2 ? test : test.skip;

/** A loop device over a file of 1 MiB that begins with MARK. */
function attachLoop(file: string): string {
  writeFileSync(file, MARK.padEnd(1024 * 1024, '\0'));
  return execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
}

describeAsRoot(`devices of the host in real containers${SKIP_REASON}`, () => {
  const world = useWorld();
  let loop = '';
  beforeAll(() => {
    if (canLoop) loop = attachLoop(join(world().directory, 'disk'));
  });
  afterAll(() => {
    if (loop !== '') execFileSync('losetup', ['--detach', loop]);
  });

  const withDevices = (
    devices: DomainDefinition['devices'],
    more: Partial<DomainDefinition> = {},
  ): DomainDefinition => {
    const definition = world().define();
    return { ...definition, ...more, devices: { ...definition.devices, ...devices } };
  };
  const disk = (source: string, readonly: boolean): DomainDefinition =>
    withDevices({ disks: [{ type: 'block', source, target: 'vda', readonly }] });
  const sh = async (domain: Domain, script: string): Promise<string> => {
    const { stdout, stderr } = await domain.exec(['/bin/sh', '-c', script], { env: { LC_ALL: 'C' } });
    return (stdout + stderr).trim();
  };
  /** A node in a directory of the container's root, made by root of the host. */
  const plant = (kind: string, major: number, minor: number): string => {
    const name = `planted-${kind}-${major}-${minor}`;
    mkdirSync(join(world().root.directory, 'mnt'), { recursive: true });
    rmSync(join(world().root.directory, 'mnt', name), { force: true });
    execFileSync('mknod', [
      '-m',
      '666',
      join(world().root.directory, 'mnt', name),
      kind,
      String(major),
      String(minor),
    ]);
    return `/mnt/${name}`;
  };

  testWithLoop(
    `a disk is there under its name, can be read and written, and by root only${NO_LOOP}`,
    async () => {
      const domain = await world().connection.createDomain(disk(loop, false));
      expect(await sh(domain, 'stat -c "%F %a %u %g" /dev/vda')).toBe('block special file 700 0 0');
      expect(await sh(domain, `head -c ${MARK.length} /dev/vda`)).toBe(MARK);
      expect(
        await sh(domain, 'printf X | dd of=/dev/vda bs=1 count=1 seek=100 conv=notrunc 2>&1 | tail -1'),
      ).not.toContain(DENIED);
      expect(await sh(domain, 'ls /dev')).not.toMatch(/loop|sda|mem/u);
      await domain.destroy();
    },
  );

  testWithLoop(`a read-only disk can be read, and not opened for writing${NO_LOOP}`, async () => {
    const domain = await world().connection.createDomain(disk(loop, true));
    expect(await sh(domain, `head -c ${MARK.length} /dev/vda`)).toBe(MARK);
    expect(await sh(domain, ': >> /dev/vda')).toContain(DENIED);
    expect(await sh(domain, ': <> /dev/vda')).toContain(DENIED);
    await domain.destroy();
  });

  testWithLoop(`storage is at its own path${NO_LOOP}`, async () => {
    const domain = await world().connection.createDomain(
      withDevices({ hostdevs: [{ mode: 'capabilities', type: 'storage', block: loop }] }),
    );
    expect(await sh(domain, `head -c ${MARK.length} ${loop}`)).toBe(MARK);
    await domain.destroy();
  });

  test('misc is at its own path', async () => {
    const domain = await world().connection.createDomain(
      withDevices({ hostdevs: [{ mode: 'capabilities', type: 'misc', char: '/dev/fuse' }] }),
    );
    expect(await sh(domain, 'stat -c "%F %t:%T" /dev/fuse; : <> /dev/fuse')).toBe(
      'character special file a:e5',
    );
    await domain.destroy();
  });

  test('a device below a directory of /dev gets that directory', async () => {
    const definition = withDevices({
      hostdevs: [{ mode: 'capabilities', type: 'misc', char: '/dev/net/tun' }],
    });
    const domain = await world().connection.createDomain(definition);
    expect(await sh(domain, 'stat -c "%F %t:%T" /dev/net/tun; : <> /dev/net/tun')).toBe(
      'character special file a:c8',
    );
    await domain.destroy();
  });

  const HOST_ROOT: Extensions = { userNamespace: { mode: 'none', insecure: true } };

  test.each<[string, Extensions]>([
    ['in a user namespace', {}],
    ['as root of the host', HOST_ROOT],
  ])('%s, with CAP_MKNOD: what was not given can be neither made nor opened', async (_, extensions) => {
    const definition = world().define({ definition: { features: MKNOD, extensions } });
    const domain = await world().connection.createDomain(definition);
    for (const [kind, major, minor] of FORBIDDEN_DEVICES) {
      expect(await sh(domain, `mknod /dev/made ${kind} ${major} ${minor}`)).toContain(DENIED);
      expect(await sh(domain, `: < ${plant(kind, major, minor)}`)).toContain(DENIED);
    }
    // The same way a device that every container has is open: it is the rules that decide.
    expect(await sh(domain, `: < ${plant('c', 1, 3)}`)).toBe('');
    // And root of the host may make that one: it is not for want of the capability that the others were denied.
    if (extensions === HOST_ROOT) expect(await sh(domain, 'mknod /dev/made c 1 3')).toBe('');
    await domain.destroy();
  });

  testOnV2(
    `version 2 decides alone where the v1 controller is not mounted${hasV2 ? '' : ' (skipped: no cgroup2)'}`,
    () => {
      const forbidden = FORBIDDEN_DEVICES.map(([kind, major, minor]) => plant(kind, major, minor));
      const script = `
      const { open } = require(${JSON.stringify(join(ROOT, 'dist', 'index.js'))});
      (async () => {
        const connection = await open(${JSON.stringify(world().uri)});
        const domain = await connection.createDomain(${JSON.stringify(
          withDevices(
            { hostdevs: [{ mode: 'capabilities', type: 'misc', char: '/dev/fuse' }] },
            { features: MKNOD },
          ),
        )});
        const results = {};
        const nodes = ${JSON.stringify(['/dev/null', '/dev/fuse', ...forbidden])};
        for (const node of nodes) {
          const { stderr } = await domain.exec(['/bin/sh', '-c', ': < ' + node], { env: { LC_ALL: 'C' } });
          results[node] = stderr.replace(/^.*: /, '');
        }
        const made = await domain.exec(['/bin/sh', '-c', 'mknod /dev/made b 8 0'], { env: { LC_ALL: 'C' } });
        results.mknod = made.stderr.replace(/^.*: /, '');
        await domain.destroy();
        await connection.close();
        console.log(JSON.stringify(results));
      })();`;
      // In a mount namespace of its own the host looks like one without the controller.
      const hide = devicesV1 ? `umount '${devicesV1.mountPoint}' && ` : '';
      const output = execFileSync(
        'unshare',
        ['--mount', 'sh', '-c', `${hide}exec "$0" -e "$1"`, process.execPath, script],
        {
          encoding: 'utf8',
        },
      );
      expect(JSON.parse(output)).toEqual({
        '/dev/null': '',
        '/dev/fuse': '',
        // fuse was given, by whatever node it is opened.
        ...Object.fromEntries(forbidden.map((path) => [path, path.endsWith('-c-10-229') ? '' : DENIED])),
        mknod: DENIED,
      });
    },
  );

  test('a source that is no such device is refused by its element, and nothing is begun', async () => {
    await expect(world().connection.createDomain(disk('/dev/zero', false))).rejects.toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: "<disk> target 'vda': source '/dev/zero' must be a block device",
    });
    expect(await world().connection.listAllDomains({ active: true })).toEqual([]);
  });
});
