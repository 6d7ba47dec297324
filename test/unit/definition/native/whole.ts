/** A definition in which nearly everything has an equivalent, and one in which hardly anything has. */
import type { DomainDefinition } from '../../../../lib/definition/domain/index.js';

export const CONVERTIBLE: DomainDefinition = {
  type: 'lxc',
  name: 'web',
  memoryKiB: 1_048_576,
  memtune: { hardLimitKiB: 1_048_576, softLimitKiB: 524_288, swapHardLimitKiB: 2_097_152 },
  blkiotune: {
    weight: 500,
    devices: [{ path: '/dev/block/8:0', weight: 100, readBytesSec: 1000, writeIopsSec: 5 }],
  },
  cpuset: '0-1,3',
  cputune: { shares: 262_144, quotaMicroseconds: 50_000, periodMicroseconds: 100_000 },
  numatune: { memory: { mode: 'strict', placement: 'static', nodeset: '0' } },
  os: {
    type: 'exe',
    arch: 'x86_64',
    init: '/bin/app',
    initargs: ['--name', 'a "b"', "it's", '#x'],
    initenv: [
      { name: 'A', value: 'b=c ' },
      { name: 'B', value: '"' },
    ],
    initdir: '/srv',
    inituser: '+1000',
    initgroup: '+100',
  },
  idmap: {
    uids: [
      { start: 0, target: 100_000, count: 1000 },
      { start: 1000, target: 1000, count: 1 },
    ],
    gids: [{ start: 0, target: 100_000, count: 65_536 }],
  },
  features: { capabilities: { policy: 'allow', states: { mknod: 'off', sys_time: 'off' } } },
  extensions: {
    noNewPrivs: true,
    pids: { limit: 100 },
    rlimits: [
      { name: 'core', soft: 0, hard: 0 },
      { name: 'nofile', soft: 1024, hard: 'unlimited' },
      { name: 'memlock', soft: 0, hard: 0 },
    ],
  },
  devices: {
    filesystems: [
      { type: 'mount', source: '/srv/web', target: '/', accessmode: 'passthrough', readonly: true },
      { type: 'mount', source: '/srv/da ta', target: '/srv/d\\ata', accessmode: 'passthrough' },
      {
        type: 'mount',
        source: '/etc/resolv.conf',
        target: '/etc/resolv.conf',
        accessmode: 'passthrough',
        readonly: true,
      },
      { type: 'ram', usageKiB: 8192, target: '/run', accessmode: 'passthrough' },
    ],
    interfaces: [
      {
        type: 'bridge',
        bridge: 'br0',
        mac: '00:16:3e:01:02:03',
        ips: [
          { family: 'ipv4', address: '10.0.0.2', prefix: 24 },
          { family: 'ipv6', address: 'fd00::2', prefix: 64 },
        ],
        routes: [
          { family: 'ipv4', address: '0.0.0.0', gateway: '10.0.0.1' },
          { family: 'ipv6', address: '::', gateway: 'fd00::1' },
        ],
        targetDev: 'web0',
        guestDev: 'eth5',
        link: 'up',
        mtuBytes: 1400,
      },
      { type: 'direct', dev: 'eth1', mode: 'passthrough', link: 'down' },
      { type: 'ethernet', link: 'down' },
    ],
    hostdevs: [{ mode: 'capabilities', type: 'net', interface: 'eth2' }],
    consoles: [{ type: 'pty' }, { type: 'pty' }],
  },
};

export const STRANGE: DomainDefinition = {
  type: 'lxc',
  name: 'strange',
  uuid: '8b6c0b2e-0e0d-4c5b-9d8e-3a9f0d1c1a01',
  title: 'Strange',
  description: 'x',
  metadata: ['<a xmlns="urn:a"/>'],
  memoryKiB: 65_536,
  currentMemoryKiB: 32_768,
  vcpus: 2,
  memtune: { minGuaranteeKiB: 1024 },
  blkiotune: { weight: 5000, devices: [{ path: '/dev/sda', weight: 100 }] },
  cputune: { globalPeriodMicroseconds: 1000, vcpupins: [{ vcpu: 0, cpuset: '0' }] },
  numatune: { memory: { mode: 'interleave', nodeset: '0' } },
  resource: { partition: '/machine/x' },
  os: {
    type: 'exe',
    init: '/sbin/init',
    machine: 'pc',
    inituser: 'www',
    initenv: [{ name: 'A', value: 'x\ny' }],
  },
  features: { acpi: true, kept: ['<apic/>'] },
  clock: { offset: 'localtime' },
  onReboot: 'destroy',
  kept: ['<pm/>'],
  extensions: {
    reaper: true,
    maskedPaths: { paths: ['/proc/kcore'] },
    resourceView: { mode: 'host' },
    timeOffsets: { boottime: { seconds: 5 } },
    restart: { policy: 'always' },
    ports: [{ hostPort: 80, containerPort: 80 }],
  },
  seclabels: [{ type: 'dynamic', model: 'selinux' }],
  lxcNamespace: { sharenet: { type: 'netns', value: 'red' }, shareipc: { type: 'name', value: 'other' } },
  devices: {
    filesystems: [
      { type: 'template', source: 'debian', target: '/' },
      { type: 'bind', source: '/a', target: '/b', spaceHardLimitBytes: 4096 },
    ],
    disks: [{ type: 'block', source: '/dev/sdb', target: 'sdb' }],
    interfaces: [{ type: 'network', network: 'default' }, { type: 'user' }],
    hostdevs: [{ mode: 'capabilities', type: 'misc', char: '/dev/kvm' }],
    consoles: [{ type: 'pty' }, { type: 'pty' }],
    kept: ['<video/>'],
  },
};
