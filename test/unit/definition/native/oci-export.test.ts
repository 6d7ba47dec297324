import { completeDomain, type DomainDefinition } from '../../../../lib/definition/domain/index.js';
import { domainToNative } from '../../../../lib/definition/native/index.js';
import { MASKED_PATHS, READONLY_PATHS, securityProfile } from '../../../../lib/definition/security/index.js';
import { checkOciConfig } from './oci-schema.js';
import { CONVERTIBLE, STRANGE } from './whole.js';

const MINIMAL = {
  type: 'lxc',
  name: 'web',
  memoryKiB: 65_536,
  os: { type: 'exe', init: '/sbin/init' },
} as const;

describe('an export to OCI', () => {
  test('of the convertible', () => {
    const { config, unmapped } = domainToNative('oci', CONVERTIBLE);
    checkOciConfig(config);
    expect(JSON.parse(config)).toMatchObject({
      ociVersion: '1.1.0',
      process: {
        terminal: true,
        user: { uid: 1000, gid: 100 },
        args: ['/bin/app', '--name', 'a "b"', "it's", '#x'],
        env: ['PATH=/bin:/sbin', 'TERM=linux', 'HOME=/', 'A=b=c ', 'B="'],
        cwd: '/srv',
        rlimits: [
          { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
          { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2 ** 64 },
          { type: 'RLIMIT_MEMLOCK', soft: 0, hard: 0 },
        ],
        noNewPrivileges: true,
      },
      root: { path: '/srv/web', readonly: true },
      hostname: 'web',
      linux: {
        uidMappings: [
          { containerID: 0, hostID: 100_000, size: 1000 },
          { containerID: 1000, hostID: 1000, size: 1 },
        ],
        gidMappings: [{ containerID: 0, hostID: 100_000, size: 65_536 }],
        resources: {
          memory: { limit: 2 ** 30, reservation: 2 ** 29, swap: 2 ** 31 },
          cpu: { shares: 262_144, quota: 50_000, period: 100_000, cpus: '0-1,3', mems: '0' },
          pids: { limit: 100 },
          blockIO: {
            weight: 500,
            weightDevice: [{ major: 8, minor: 0, weight: 100 }],
            throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1000 }],
            throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 5 }],
          },
        },
      },
    });
    expect(unmapped.map(({ element }) => element)).toEqual([
      'metadata/virtainer:domain/virtainer:seccomp',
      'devices/console',
      'devices/interface',
      'devices/hostdev',
      'os/type@arch',
    ]);
  });

  test('an unlimited rlimit is the whole 64 bits, in text', () => {
    const { config } = domainToNative('oci', CONVERTIBLE);
    expect(config).toContain('"hard": 18446744073709551615');
    expect(config).not.toContain('"unlimited"');
  });

  test('a text that looks like a limit stays a text', () => {
    const title = '"hard": "unlimited"';
    const { config } = domainToNative('oci', { ...MINIMAL, os: { ...MINIMAL.os, initargs: [title] } });
    expect((JSON.parse(config) as { process: { args: string[] } }).process.args[1]).toBe(title);
  });

  test('mounts: those of every container, then those of the definition in their order', () => {
    const { mounts } = JSON.parse(domainToNative('oci', CONVERTIBLE).config) as {
      mounts: { destination: string; type: string; source: string; options: string[] }[];
    };
    expect(mounts.map(({ destination }) => destination)).toEqual([
      '/proc',
      '/sys',
      '/dev',
      '/dev/pts',
      '/dev/shm',
      '/sys/fs/cgroup',
      '/srv/d\\ata',
      '/etc/resolv.conf',
      '/run',
    ]);
    expect(mounts[7]).toEqual({
      destination: '/etc/resolv.conf',
      type: 'bind',
      source: '/etc/resolv.conf',
      options: ['rbind', 'rslave', 'ro'],
    });
    expect(mounts[8]?.options).toContain('size=8192k');
  });

  test('capabilities: root has those kept, another user has them in reach only', () => {
    const capabilities = (inituser?: string): unknown => {
      const os = { ...MINIMAL.os, ...(inituser === undefined ? {} : { inituser }) };
      const features = { capabilities: { policy: 'deny', states: { kill: 'on' } } } as const;
      const { config } = domainToNative('oci', { ...MINIMAL, os, features });
      return (JSON.parse(config) as { process: { capabilities: unknown } }).process.capabilities;
    };
    const none = { inheritable: [], ambient: [] };
    expect(capabilities()).toEqual({
      bounding: ['CAP_KILL'],
      effective: ['CAP_KILL'],
      permitted: ['CAP_KILL'],
      ...none,
    });
    expect(capabilities('5')).toEqual({ bounding: ['CAP_KILL'], effective: [], permitted: [], ...none });
  });

  test('reports every element that has no equivalent', () => {
    const { config, unmapped } = domainToNative('oci', STRANGE);
    checkOciConfig(config, { hasRoot: false });
    expect(unmapped.map(({ element }) => element)).toEqual([
      'metadata/virtainer:domain/virtainer:userNamespace',
      'metadata/virtainer:domain/virtainer:seccomp',
      'devices/console',
      'os/type@machine',
      'os/inituser',
      'seclabel',
      'devices/filesystem',
      'devices/filesystem/space_hard_limit',
      'devices/filesystem',
      'lxc:namespace/lxc:shareipc',
      'cputune/global_period',
      'cputune/vcpupin',
      'memtune/min_guarantee',
      'numatune/memory',
      'blkiotune/device',
      'blkiotune/weight',
      'devices/interface',
      'devices/hostdev',
      'devices/disk',
      'metadata/virtainer:domain/virtainer:reaper',
      'metadata/virtainer:domain/virtainer:resourceView',
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

  test('namespaces, shared ones by path; a time namespace asks for this version', () => {
    const { ociVersion, linux } = JSON.parse(domainToNative('oci', STRANGE).config) as {
      ociVersion: string;
      linux: { namespaces: unknown; timeOffsets: unknown; maskedPaths: unknown; readonlyPaths: unknown };
    };
    expect(ociVersion).toBe('1.1.0');
    expect(linux).toMatchObject({
      namespaces: [
        { type: 'pid' },
        { type: 'mount' },
        { type: 'network', path: '/run/netns/red' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'cgroup' },
        { type: 'time' },
      ],
      timeOffsets: { boottime: { secs: 5, nanosecs: 0 } },
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READONLY_PATHS,
    });
  });

  test('a shared UTS namespace keeps its hostname', () => {
    const shareuts = { type: 'pid', value: '7' } as const;
    const { config } = domainToNative('oci', { ...MINIMAL, lxcNamespace: { shareuts } });
    const parsed = JSON.parse(config) as { linux: { namespaces: unknown } };
    expect(parsed).not.toHaveProperty('hostname');
    expect(parsed.linux.namespaces).toContainEqual({ type: 'uts', path: '/proc/7/ns/uts' });
  });

  test('of the least definition is whole, and says that a bundle needs a root', () => {
    const { config, unmapped } = domainToNative('oci', MINIMAL);
    checkOciConfig(config, { hasRoot: false });
    expect(unmapped).toEqual([
      {
        element: 'metadata/virtainer:domain/virtainer:userNamespace',
        reason: 'its ids are chosen at each start: write an <idmap>',
      },
      {
        element: 'metadata/virtainer:domain/virtainer:seccomp',
        reason: "the list of kind 'booted' is not part of it",
      },
      { element: 'devices/filesystem', reason: 'no root: a bundle needs one' },
    ]);
  });
});

/** What of a configuration makes the walls. */
interface Walls {
  readonly process: {
    readonly capabilities: Readonly<Record<string, readonly string[]>>;
    readonly noNewPrivileges: boolean;
    readonly rlimits: readonly { readonly type: string }[];
  };
  readonly mounts: readonly { readonly destination: string; readonly options: readonly string[] }[];
  readonly linux: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly resources: { readonly pids: { readonly limit: number } };
    readonly maskedPaths: readonly string[];
    readonly readonlyPaths: readonly string[];
  };
}

function walls(definition: DomainDefinition): Walls {
  return JSON.parse(domainToNative('oci', definition).config) as Walls;
}

describe('the walls of an export to OCI', () => {
  const HOST = { arch: 'x86_64', guestArches: ['x86_64'], emulator: '/controller' };
  const kinds = (['generic', 'chroot', 'systemd', 'booted'] as const).map((kind) => ({
    ...MINIMAL,
    extensions: { security: { kind } },
  }));

  test.each(kinds)('are those of the container that is run: $extensions.security.kind', (definition) => {
    const profile = securityProfile(completeDomain(definition, HOST));
    const { process, mounts, linux } = walls(definition);
    const kept = profile.capabilities.map((name) => `CAP_${name.toUpperCase()}`);
    expect(process.capabilities).toEqual({
      bounding: kept,
      effective: kept,
      permitted: kept,
      inheritable: [],
      ambient: [],
    });
    expect(process.noNewPrivileges).toBe(profile.noNewPrivs);
    expect(process.rlimits.map(({ type }) => type)).toEqual([
      'RLIMIT_CORE',
      'RLIMIT_NOFILE',
      'RLIMIT_MEMLOCK',
    ]);
    expect(linux).toMatchObject({
      resources: { pids: { limit: profile.pids } },
      maskedPaths: profile.maskedPaths,
      readonlyPaths: profile.readonlyPaths,
    });
    const optionsOf = (path: string) => mounts.find(({ destination }) => destination === path)?.options;
    expect(optionsOf('/proc')?.includes('hidepid=2')).toBe(profile.hidesProcesses);
    expect(optionsOf('/sys/fs/cgroup')).toContain(profile.cgroup === 'readonly' ? 'ro' : 'rw');
  });

  test('a user namespace is written with its map, and reported where its ids are not known', () => {
    const types = (definition: DomainDefinition) =>
      walls(definition).linux.namespaces.map(({ type }) => type);
    expect(types(CONVERTIBLE)).toEqual(['pid', 'mount', 'network', 'ipc', 'uts', 'cgroup', 'user', 'time']);
    expect(types(MINIMAL)).not.toContain('user');
  });

  test('what is not asked for is not reported', () => {
    const extensions = { userNamespace: { mode: 'none' }, seccomp: { profile: 'unconfined' } } as const;
    const elements = domainToNative('oci', { ...MINIMAL, extensions }).unmapped.map(({ element }) => element);
    expect(elements).toEqual(['devices/filesystem']);
  });
});
