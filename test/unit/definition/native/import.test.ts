import { importLxcTools } from '../../../../lib/definition/native/lxc-tools/import.js';
import { definitionOf, refused, reported } from './importing.js';

const fails = (lines: readonly string[], code: string, message: string): void => {
  expect(() => definitionOf(...lines)).toThrow(expect.objectContaining(refused(code, message)));
};

describe('an import from lxc-tools', () => {
  test("has libvirt's fixed values", () => {
    expect(definitionOf()).toEqual({
      type: 'lxc',
      name: 'web',
      memoryKiB: 65_536,
      os: { type: 'exe', init: '/sbin/init' },
      features: { privnet: true, capabilities: { policy: 'allow' } },
      devices: {
        filesystems: [{ type: 'mount', source: '/srv/web', target: '/', accessmode: 'passthrough' }],
      },
    });
  });

  test('needs a name and a root', () => {
    const noName = refused('NO_NAME', 'lxc.uts.name is required');
    expect(() => importLxcTools('lxc.rootfs = /')).toThrow(expect.objectContaining(noName));
    const noRoot = refused('CONFIG_UNSUPPORTED', 'Missing lxc.rootfs.path configuration');
    expect(() => importLxcTools('lxc.utsname = web')).toThrow(expect.objectContaining(noRoot));
  });

  test.each([
    ['x86', 'i686'],
    ['amd64', 'x86_64'],
    ['aarch64', 'aarch64'],
    ['arm64', 'aarch64'],
  ])('arch %s is %s', (arch, expected) => {
    expect(definitionOf(`lxc.arch = ${arch}`).os.arch).toBe(expected);
  });

  test('an unknown arch is none, and reported', () => {
    expect(definitionOf('lxc.arch = pdp11').os).not.toHaveProperty('arch');
    expect(reported('lxc.arch = pdp11')).toEqual(['lxc.arch: unknown architecture']);
  });

  test.each([
    ['/dev/vg/web', { type: 'block', source: '/dev/vg/web' }],
    ['dir:/srv/x', { type: 'mount', source: '/srv/x' }],
    ['btrfs:/srv/x', { type: 'mount', source: '/srv/x' }],
    ['lvm:/dev/vg/x', { type: 'block', source: '/dev/vg/x' }],
    ['loop:/srv/x.img', { type: 'file', source: '/srv/x.img', driver: { type: 'loop', format: 'raw' } }],
  ])('root %s', (path, expected) => {
    const { definition } = importLxcTools(`lxc.utsname = a\nlxc.rootfs = ${path}\nlxc.rootfs.options = ro`);
    expect(definition.devices?.filesystems?.[0]).toMatchObject({ ...expected, target: '/', readonly: true });
  });

  test('a root of layers is refused', () => {
    expect(() => importLxcTools('lxc.utsname = a\nlxc.rootfs = overlay:/a:/b')).toThrow(
      expect.objectContaining(refused('CONFIG_UNSUPPORTED', "lxc.rootfs.path 'overlay:/a:/b'")),
    );
  });

  test('an fstab is refused', () => {
    const message = 'lxc.mount.fstab or lxc.mount found, use lxc.mount.entry lines instead';
    fails(['lxc.mount.fstab = /etc/fstab'], 'ARGUMENT_UNSUPPORTED', message);
    fails(['lxc.mount = /etc/fstab'], 'ARGUMENT_UNSUPPORTED', message);
  });

  test('mounts are those that libvirt does not make itself', () => {
    const { devices } = definitionOf(
      'lxc.mount.entry = proc proc proc nodev 0 0',
      'lxc.mount.entry = sysfs /sys sysfs defaults 0 0',
      'lxc.mount.entry = /srv/data srv/d\\040ata none bind,ro 0 0',
      'lxc.mount.entry = /srv/web\t/srv/web/mnt none rbind',
      'lxc.mount.entry = tmpfs run tmpfs size=1g',
      'lxc.mount.entry = /dev/vg/data data ext4 defaults',
      'lxc.mount.entry = /dev/net/tun dev/net/tun none bind,create=file',
    );
    expect(devices?.filesystems?.slice(1)).toMatchObject([
      { type: 'mount', source: '/srv/data', target: '/srv/d ata', readonly: true },
      { type: 'mount', source: '/srv/web', target: '/mnt' },
      { type: 'ram', usageKiB: 1024 * 1024, target: '/run' },
      { type: 'block', source: '/dev/vg/data', target: '/data' },
      { type: 'mount', source: '/dev/net/tun', target: '/dev/net/tun' },
    ]);
  });

  test('mounts that are less than they say are reported', () => {
    expect(
      reported('lxc.mount.entry = /a a none bind,noexec,optional', 'lxc.mount.entry = mq dev/mq mqueue rw'),
    ).toEqual([
      'lxc.mount.entry: mounted without noexec,optional',
      "lxc.mount.entry: file systems of type 'mqueue' have no equivalent",
    ]);
  });

  test.each([
    ['tmpfs run tmpfs defaults', 'missing tmpfs size, set the size option'],
    ['tmpfs run tmpfs size=50%', "can't convert relative size: '50%'"],
    ['tmpfs run tmpfs size=5x', "failed to convert size: '5x'"],
    ['tmpfs run tmpfs size=9223372036854775808', 'failed to convert size'],
    ['/a /b none', 'invalid lxc.mount.entry'],
  ])('mount %s is refused', (value, message) => {
    fails([`lxc.mount.entry = ${value}`], 'INTERNAL_ERROR', message);
  });

  test.each([
    [
      ['u 10000 0 2000', 'g 10000 0 1000'],
      [0, 10_000, 2000],
    ],
    [
      ['u 0 10000 2000', 'g 0 10000 1000'],
      [0, 10_000, 2000],
    ],
    [['b 0 10000 2000'], [0, 10_000, 2000]],
  ])('idmap %j is read from the side that holds root', (lines, [start, target, count]) => {
    const { idmap } = definitionOf(...lines.map((line) => `lxc.idmap = ${line}`));
    expect(idmap?.uids).toEqual([{ start, target, count }]);
    expect(idmap?.gids[0]).toMatchObject({ start, target });
  });

  test('one line with root in the first column decides for all', () => {
    const { idmap } = definitionOf(
      'lxc.idmap = u 0 100000 1000',
      'lxc.idmap = u 1000 1000 1',
      'lxc.id_map = g 0 0 1',
    );
    expect(idmap?.uids[1]).toEqual({ start: 1000, target: 1000, count: 1 });
  });

  test.each(['x 0 1 2', 'u 0 1', 'u 0 1 2 3', 'u 0 1 -2', 'u a b c'])('idmap %s is refused', (value) => {
    fails([`lxc.idmap = ${value}`], 'INTERNAL_ERROR', `invalid lxc.idmap: '${value}'`);
  });

  test('consoles are counted', () => {
    expect(definitionOf('lxc.tty = 3').devices?.consoles).toHaveLength(3);
    expect(definitionOf('lxc.tty.max = 0').devices?.consoles).toBeUndefined();
    fails(['lxc.tty.max = many'], 'INTERNAL_ERROR', "failed to parse int: 'many'");
    fails(['lxc.tty.max = 4000000000'], 'CONFIG_UNSUPPORTED', 'must be between 0 and 1024');
  });

  test('every lxc.cap.drop counts; lxc.cap.keep turns it round', () => {
    const states = (...lines: string[]): unknown => definitionOf(...lines).features?.capabilities;
    expect(states('lxc.cap.drop = mknod  sys_time', 'lxc.cap.drop = KILL')).toEqual({
      policy: 'allow',
      states: { kill: 'off', mknod: 'off', sys_time: 'off' },
    });
    expect(states('lxc.cap.keep = chown kill', 'lxc.cap.drop = kill')).toEqual({
      policy: 'deny',
      states: { chown: 'on' },
    });
    expect(states('lxc.cap.keep = none')).toEqual({ policy: 'deny' });
    expect(reported('lxc.cap.drop = chown flying')).toEqual(['lxc.cap.drop: unknown: flying']);
  });

  test('init, its user, directory and environment', () => {
    const { os } = definitionOf(
      `lxc.init.cmd = /bin/app --name "a b" 'c'`,
      'lxc.init.uid = 1000',
      'lxc.init_gid = 0',
      'lxc.init.cwd = /srv',
      'lxc.environment = A=b=c',
      'lxc.environment = "B=x y"',
    );
    expect(os).toEqual({
      type: 'exe',
      init: '/bin/app',
      initargs: ['--name', 'a b', 'c'],
      initenv: [
        { name: 'A', value: 'b=c' },
        { name: 'B', value: 'x y' },
      ],
      initdir: '/srv',
      inituser: '+1000',
    });
    expect(reported('lxc.environment = TERM', 'lxc.environment = A=')).toEqual([
      'lxc.environment: values of the host are not passed on',
      'lxc.environment: no equivalent',
    ]);
  });

  test('limits of processes', () => {
    const { extensions } = definitionOf(
      'lxc.no_new_privs = 1',
      'lxc.prlimit.nofile = 1024:unlimited',
      'lxc.prlimit.core = 0',
      'lxc.cgroup2.pids.max = 100',
    );
    expect(extensions).toEqual({
      noNewPrivs: true,
      pids: { limit: 100 },
      rlimits: [
        { name: 'core', soft: 0, hard: 0 },
        { name: 'nofile', soft: 1024, hard: 'unlimited' },
      ],
    });
  });
});
