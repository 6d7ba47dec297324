/** The doctor, on hosts that are made up of files. */
import { checkHost } from '../../../../lib/index.js';
import type { HostCheck } from '../../../../lib/index.js';
import { CHECKS, runChecks } from '../../../../lib/lxc/host/check.js';
import type { CheckedHost, Probes } from '../../../../lib/lxc/host/checks/check.js';
import { useHosts, type Files } from './fake-host.js';

const EXT4 = 0xef53;
const OVERLAY = 0x794c7630;
const ALL_CAPABILITIES = '000001ffffffffff';
const NAMESPACES = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup', 'time'];

const V1 = (controller: string): string =>
  `30 25 0:26 / /sys/fs/cgroup/${controller} rw - cgroup cgroup rw,${controller}`;
const V2 = '40 25 0:36 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw';

const GOOD: Files = {
  ...Object.fromEntries(NAMESPACES.map((name) => [`proc/self/ns/${name}`, ''])),
  ...Object.fromEntries(NAMESPACES.map((name) => [`proc/sys/user/max_${name}_namespaces`, '90000\n'])),
  'proc/self/status': `Name:\tnode\nCapEff:\t${ALL_CAPABILITIES}\n`,
  'proc/self/mountinfo': `${V2}\n`,
  'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
  'proc/filesystems': 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevpts\nnodev\tmqueue\n\text4\n',
  'proc/sys/kernel/seccomp/actions_avail': 'kill_process kill_thread trap errno trace log allow\n',
  'sys/kernel/security/lsm': 'capability,apparmor\n',
  'proc/sys/kernel/unprivileged_bpf_disabled': '2\n',
  'proc/sys/kernel/core_pattern': 'core\n',
  'proc/sys/kernel/pid_max': '4194304\n',
  'etc/subuid': 'root:1000000:65536000\n',
  'etc/subgid': 'root:1000000:65536000\n',
};

const SYSTEMD: Files = { 'proc/1/comm': 'systemd\n', 'run/systemd/system/.keep': '' };

const PROBES: Probes = {
  callProblem: () => undefined,
  nativeProblem: () => undefined,
  filesystemType: () => EXT4,
  isWritable: () => true,
  rootFolderProblem: () => undefined,
  fuseProblem: () => undefined,
  seccomp: () => ({ available: true, version: '2.5.4', path: '/usr/lib/libseccomp.so.2' }),
};

interface Changes {
  readonly files?: Files;
  readonly probes?: Partial<Probes>;
  readonly host?: Partial<CheckedHost>;
}

describe('checkHost()', () => {
  const hosts = useHosts();
  const check = async ({ files, probes, host }: Changes = {}) =>
    runChecks({
      tree: hosts({ ...GOOD, ...files }).tree,
      folder: '/var/lib',
      uid: 0,
      kernel: 6_001_000,
      probes: { ...PROBES, ...probes },
      ...host,
    });
  const bad = (checks: readonly HostCheck[]): string[] =>
    checks.filter(({ ok }) => !ok).map(({ name }) => name);

  test('finds nothing wrong with a good host', async () => {
    const { ok, checks } = await check();
    expect({ ok, bad: bad(checks) }).toEqual({ ok: true, bad: [] });
    expect(checks.every((item) => !('hint' in item))).toBe(true);
  });

  test('names are stable words, each there once', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u);
  });

  test.each<[name: string, found: string, changes: Changes]>([
    ['root', 'user 1000', { host: { uid: 1000 } }],
    ['rights', 'no sys_admin', { files: { 'proc/self/status': 'CapEff:\t000001ffffdfffff\n' } }],
    [
      'openat2',
      'not permitted',
      { probes: { callProblem: (call) => (call === 'openat2' ? 'not permitted' : undefined) } },
    ],
    ['pidfd-open', 'no', { probes: { callProblem: (call) => (call === 'pidfd_open' ? 'no' : undefined) } }],
    ['native-part', 'not built', { probes: { nativeProblem: () => 'not built' } }],
    ['namespace-limits', 'user 0', { files: { 'proc/sys/user/max_user_namespaces': '0\n' } }],
    ['idmapped-mounts', 'overlayfs at /var/lib', { probes: { filesystemType: () => OVERLAY } }],
    ['idmapped-mounts', "/var/lib can't be looked at", { probes: { filesystemType: () => undefined } }],
    ['idmapped-mounts', 'srv is not an absolute path', { host: { folder: 'srv' } }],
    ['cgroup-pids', 'none', { files: { 'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n' } }],
    ['cgroup-memory', 'none', { files: { 'sys/fs/cgroup/cgroup.controllers': 'cpu pids\n' } }],
    [
      'cgroups',
      'version 2, read-only',
      { probes: { isWritable: (folder) => !folder.startsWith('/sys/fs/cgroup') } },
    ],
    ['cgroup-owner', 'systemd, which has no bus to be asked on', { files: SYSTEMD }],
    ['registries', 'EROFS', { probes: { rootFolderProblem: () => 'EROFS' } }],
    ['kernel', '5.13.0', { host: { kernel: 5_013_000 } }],
    ['kernel-file-systems', 'no mqueue', { files: { 'proc/filesystems': 'sysfs tmpfs proc devpts\n' } }],
    ['seccomp', 'none', { files: { 'proc/sys/kernel/seccomp/actions_avail': '' } }],
    [
      'libseccomp',
      'there is none',
      { probes: { seccomp: () => ({ available: false, reason: 'there is none' }) } },
    ],
  ])('without %s (%s) no container starts', async (name, found, changes) => {
    const { ok, checks } = await check(changes);
    expect(ok).toBe(false);
    expect(bad(checks)).toEqual([name]);
    expect(checks.find((item) => item.name === name)).toMatchObject({
      level: 'required',
      found,
      hint: expect.stringMatching(/^\S/u) as unknown,
    });
  });

  test('an old kernel is too old for everything that needs a newer one', async () => {
    const { ok, checks } = await check({ host: { kernel: 5_010_000 } });
    expect(ok).toBe(false);
    expect(bad(checks)).toEqual(['kernel', 'idmapped-mounts']);
    expect(checks.find(({ name }) => name === 'kernel')).toMatchObject({ found: '5.10.0' });
  });

  test('a host without cgroups lacks every controller', async () => {
    const { ok, checks } = await check({ files: { 'proc/self/mountinfo': '' } });
    expect(ok).toBe(false);
    expect(bad(checks)).toEqual([
      'cgroups',
      'cgroup-memory',
      'cgroup-pids',
      'cgroup-devices',
      'cgroup-freezer',
      'cgroup-cpu',
    ]);
  });

  test.each<[found: string, owner: string, changes: Changes]>([
    ['version 2', 'nobody else: groups are made as they are needed', {}],
    [
      'version 1',
      'systemd: a scope for each domain',
      {
        files: {
          ...SYSTEMD,
          'run/dbus/system_bus_socket': '',
          'proc/self/mountinfo': ['memory', 'pids', 'devices'].map(V1).join('\n'),
        },
      },
    ],
    [
      'version 1 and version 2 (hybrid)',
      'nobody else: groups are made as they are needed',
      { files: { 'proc/self/mountinfo': `${V1('memory')}\n${V2}\n` } },
    ],
    [
      'version 2, delegated: /sys/fs/cgroup/app',
      'nobody else: groups are made as they are needed',
      {
        files: { 'proc/self/cgroup': '0::/app/shell\n' },
        probes: { isWritable: (folder) => folder !== '/sys/fs/cgroup' },
      },
    ],
    [
      'version 1, delegated: 2 groups',
      'nobody else: groups are made as they are needed',
      {
        files: {
          'proc/self/mountinfo': ['memory', 'pids'].map(V1).join('\n'),
          'proc/self/cgroup': '2:memory:/x\n3:pids:/x\n',
        },
        probes: { isWritable: (folder) => !/cgroup\/(?:memory|pids)$/u.test(folder) },
      },
    ],
  ])('tells the layout of the cgroups, %s, and who looks after them, %s', async (found, owner, changes) => {
    const { checks } = await check(changes);
    expect(checks.find(({ name }) => name === 'cgroups')).toMatchObject({ ok: true, found });
    expect(checks.find(({ name }) => name === 'cgroup-owner')).toMatchObject({ ok: true, found: owner });
  });

  test.each([
    ['version 1', ['memory', 'pids', 'devices', 'freezer', 'cpu'].map(V1).join('\n')],
    ['BPF programs of version 2 (loading one is not tried)', V2],
  ])('rules about devices are of %s', async (found, mountinfo) => {
    const { checks } = await check({ files: { 'proc/self/mountinfo': mountinfo } });
    expect(checks.find(({ name }) => name === 'cgroup-devices')).toMatchObject({ found, ok: true });
  });

  test('controllers of version 1 are as good', async () => {
    const mountinfo = ['memory', 'pids', 'devices', 'freezer', 'cpu'].map(V1).join('\n');
    expect(bad((await check({ files: { 'proc/self/mountinfo': mountinfo } })).checks)).toEqual([]);
  });

  test('a host without FUSE shows its resources to containers', async () => {
    const { ok, checks } = await check({ probes: { fuseProblem: () => 'ENODEV' } });
    expect([ok, bad(checks)]).toEqual([true, ['fuse']]);
    expect(checks.find(({ name }) => name === 'fuse')).toMatchObject({
      level: 'recommended',
      found: 'ENODEV',
    });
  });

  test.each<[name: string, level: string, files: Files]>([
    ['security-module', 'recommended', { 'sys/kernel/security/lsm': 'capability\n' }],
    [
      'kernel-unprivileged-bpf-disabled',
      'recommended',
      { 'proc/sys/kernel/unprivileged_bpf_disabled': '0\n' },
    ],
    ['dev-tty-legacy-tiocsti', 'recommended', { 'proc/sys/dev/tty/legacy_tiocsti': '1\n' }],
    [
      'core-pattern',
      'recommended',
      { 'proc/sys/kernel/core_pattern': '|/usr/lib/systemd/systemd-coredump\n' },
    ],
    ['resource-rights', 'recommended', { 'proc/self/status': 'CapEff:\t000001fffeffffff\n' }],
    ['kernel-pid-max', 'optional', { 'proc/sys/kernel/pid_max': '32768\n' }],
    ['id-ranges', 'optional', { 'etc/subuid': '' }],
    ['id-ranges', 'optional', { 'etc/subuid': 'root:nonsense\n' }],
  ])('%s is only %s', async (name, level, files) => {
    const { ok, checks } = await check({ files });
    expect(ok).toBe(true);
    expect(bad(checks)).toEqual([name]);
    expect(checks.find((item) => item.name === name)).toMatchObject({ level });
  });

  test('looks at this host without harm, whoever asks', async () => {
    const { ok, checks } = await checkHost({ folder: '/no/such/folder' });
    expect(checks).toHaveLength(CHECKS.length);
    const required = checks.filter(({ level }) => level === 'required');
    expect(ok).toBe(required.every((item) => item.ok));
  });
});
