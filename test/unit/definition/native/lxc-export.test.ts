import { checkDomainDefinition } from '../../../../lib/definition/domain/index.js';
import { domainFromNative, domainToNative } from '../../../../lib/definition/native/index.js';
import { CONVERTIBLE, STRANGE } from './whole.js';

const MINIMAL = {
  type: 'lxc',
  name: 'web',
  memoryKiB: 65_536,
  os: { type: 'exe', init: '/sbin/init' },
} as const;

/** Those of an init that boots. */
const KEPT =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap net_bind_service net_broadcast ' +
  'net_admin ipc_owner sys_chroot sys_ptrace sys_admin sys_boot sys_nice sys_tty_config lease audit_write setfcap';

function linesOf(definition: Parameters<typeof domainToNative>[1]): readonly string[] {
  return domainToNative('lxc-tools', definition).config.split('\n');
}

describe('an export to lxc-tools', () => {
  test('is what an import reads back', () => {
    const { config, unmapped } = domainToNative('lxc-tools', CONVERTIBLE);
    expect(unmapped.map(({ element }) => element)).toEqual([
      'metadata/virtainer:domain/virtainer:seccomp',
      'metadata/virtainer:domain/virtainer:maskedPaths',
      'metadata/virtainer:domain/virtainer:readonlyPaths',
    ]);
    expect(domainFromNative('lxc-tools', config)).toEqual({
      definition: checkDomainDefinition(CONVERTIBLE),
      unmapped: [],
    });
  });

  test('of the least definition', () => {
    expect(domainToNative('lxc-tools', MINIMAL)).toEqual({
      config: [
        'lxc.uts.name = web',
        'lxc.init.cmd = /sbin/init',
        `lxc.cap.keep = ${KEPT}`,
        'lxc.net.0.type = empty',
        'lxc.tty.max = 0',
        'lxc.cgroup2.memory.max = 67108864',
        'lxc.cgroup2.memory.swap.max = 0',
        'lxc.no_new_privs = 0',
        'lxc.cgroup2.pids.max = 16384',
        'lxc.prlimit.core = 0:unlimited',
        'lxc.prlimit.nofile = 1024:1048576',
        'lxc.prlimit.memlock = 65536:65536',
        '',
      ].join('\n'),
      unmapped: [
        {
          element: 'metadata/virtainer:domain/virtainer:userNamespace',
          reason: 'its ids are chosen at each start: write an <idmap>',
        },
        {
          element: 'metadata/virtainer:domain/virtainer:seccomp',
          reason: "the list of kind 'booted' is not part of it",
        },
        {
          element: 'metadata/virtainer:domain/virtainer:maskedPaths',
          reason: 'no key is for single paths',
        },
        {
          element: 'metadata/virtainer:domain/virtainer:readonlyPaths',
          reason: 'no key is for single paths',
        },
      ],
    });
  });

  test('reports every element that has no equivalent', () => {
    expect(domainToNative('lxc-tools', STRANGE).unmapped.map(({ element }) => element)).toEqual([
      'devices/filesystem',
      'devices/filesystem',
      'devices/filesystem/space_hard_limit',
      'os/inituser',
      'os/initenv',
      'os/type@machine',
      'devices/interface',
      'devices/interface',
      'devices/disk',
      'devices/hostdev',
      'numatune/memory',
      'blkiotune/device',
      'cputune/global_period',
      'cputune/vcpupin',
      'memtune/min_guarantee',
      'seclabel',
      'metadata/virtainer:domain/virtainer:userNamespace',
      'metadata/virtainer:domain/virtainer:seccomp',
      'metadata/virtainer:domain/virtainer:maskedPaths',
      'metadata/virtainer:domain/virtainer:readonlyPaths',
      'metadata/virtainer:domain/virtainer:reaper',
      'metadata/virtainer:domain/virtainer:resourceView',
      'metadata/virtainer:domain/virtainer:timeOffsets',
      'metadata/virtainer:domain/virtainer:restart',
      'metadata/virtainer:domain/virtainer:port',
      'uuid',
      'title',
      'description',
      'metadata',
      'currentMemory',
      'vcpu',
      'resource',
      'clock',
      'on_reboot',
      'pm',
      'features/acpi',
      'features/apic',
      'devices/video',
    ]);
  });

  test('a value with a line break writes no line', () => {
    expect(linesOf(STRANGE).some((line) => line.startsWith('lxc.environment'))).toBe(false);
  });

  test('capabilities: what is kept, or what is dropped', () => {
    const capabilities = (policy: 'deny' | 'allow', states?: object): readonly string[] =>
      linesOf({ ...MINIMAL, features: { capabilities: { policy, ...(states && { states }) } } }).filter(
        (line) => line.startsWith('lxc.cap'),
      );
    expect(capabilities('deny')).toEqual(['lxc.cap.keep = none']);
    expect(capabilities('deny', { kill: 'on', chown: 'on' })).toEqual(['lxc.cap.keep = chown kill']);
    expect(capabilities('allow')).toEqual([]);
    expect(capabilities('allow', { kill: 'off' })).toEqual(['lxc.cap.drop = kill']);
  });

  test('shared namespaces and labels', () => {
    const lines = linesOf({
      ...MINIMAL,
      lxcNamespace: {
        sharenet: { type: 'netns', value: 'red' },
        shareipc: { type: 'name', value: 'other' },
        shareuts: { type: 'pid', value: '12' },
      },
      seclabels: [
        { type: 'static', model: 'selinux', label: 'system_u:x' },
        { type: 'none', model: 'apparmor' },
      ],
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'lxc.namespace.share.net = /run/netns/red',
        'lxc.namespace.share.ipc = other',
        'lxc.namespace.share.uts = 12',
        'lxc.selinux.context = system_u:x',
        'lxc.apparmor.profile = unconfined',
      ]),
    );
    expect(lines).not.toContain('lxc.net.0.type = empty');
  });

  test('roots of devices and images', () => {
    const root = (filesystem: object): readonly string[] =>
      linesOf({
        ...MINIMAL,
        devices: { filesystems: [{ target: '/', ...filesystem } as never] },
      }).filter((line) => line.startsWith('lxc.rootfs'));
    expect(root({ type: 'block', source: '/dev/vg/a' })).toEqual(['lxc.rootfs.path = /dev/vg/a']);
    expect(root({ type: 'file', source: '/a.img', driver: { type: 'loop' }, readonly: true })).toEqual([
      'lxc.rootfs.path = loop:/a.img',
      'lxc.rootfs.options = ro',
    ]);
    expect(root({ type: 'file', source: '/a', driver: { type: 'nbd', format: 'qcow2' } })).toEqual([]);
  });
});
