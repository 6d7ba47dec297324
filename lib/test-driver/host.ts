/** The host that test domains believe to be on: the same everywhere, so that tests are. */
import {
  CAPABILITIES,
  CAPABILITIES_POLICIES,
  CRASH_ACTIONS,
  MAX_VCPUS,
  SECLABEL_TYPES,
  type DomainDefinition,
  type HostFacts,
} from '../definition/domain/index.js';
import type { Capabilities, DomainCapabilities, HostCell, HostCpu } from '../definition/host/index.js';

export const TEST_HOST: HostFacts = {
  arch: 'x86_64',
  guestArches: ['x86_64', 'i686'],
  emulator: '/usr/libexec/virtainer/controller',
};

const CELLS = [0, 1];
const CPUS_PER_CELL = 8;
const CELL_MEMORY_KIB = 1_572_864;

/** Two cells of one socket each, with four cores of two threads. */
export const TEST_CAPABILITIES: Capabilities = {
  host: {
    uuid: 'b5e4f3a2-7c61-4d58-9a0b-1e2d3c4f5a69',
    arch: TEST_HOST.arch,
    cpus: CELLS.length * CPUS_PER_CELL,
    memoryKiB: CELLS.length * CELL_MEMORY_KIB,
    cpu: { topology: { sockets: 1, dies: 1, cores: 4, threads: 2 }, pageSizesKiB: [4, 2048] },
    powerManagement: [],
    iommu: false,
    topology: { cells: CELLS.map(testCell) },
    securityModels: [],
  },
  guests: [
    { osType: 'exe', arch: 'x86_64', wordsize: 64, emulator: TEST_HOST.emulator, domainType: 'lxc' },
    { osType: 'exe', arch: 'i686', wordsize: 32, emulator: TEST_HOST.emulator, domainType: 'lxc' },
  ],
};

function testCell(id: number): HostCell {
  return {
    id,
    memoryKiB: CELL_MEMORY_KIB,
    pages: [
      { sizeKiB: 4, count: CELL_MEMORY_KIB / 4 },
      { sizeKiB: 2048, count: 0 },
    ],
    distances: CELLS.map((other) => ({ id: other, value: other === id ? 10 : 20 })),
    cpus: Array.from({ length: CPUS_PER_CELL }, (_, index) => testCpu(id, index)),
  };
}

function testCpu(cell: number, index: number): HostCpu {
  const coreId = Math.floor(index / 2);
  const first = cell * CPUS_PER_CELL + coreId * 2;
  return {
    id: cell * CPUS_PER_CELL + index,
    socketId: cell,
    dieId: 0,
    coreId,
    siblings: [first, first + 1],
  };
}

/** The same as on a real host: programs tested here are to run there. */
export const TEST_DOMAIN_CAPABILITIES: DomainCapabilities = {
  path: TEST_HOST.emulator,
  domain: 'lxc',
  arch: TEST_HOST.arch,
  maxVcpus: MAX_VCPUS,
  os: { supported: true, types: ['exe'] },
  clock: { offsets: ['utc', 'localtime'] },
  lifecycle: { onPoweroff: ['destroy'], onReboot: ['restart', 'destroy'], onCrash: CRASH_ACTIONS },
  features: {
    switches: ['privnet'],
    capabilities: { policies: CAPABILITIES_POLICIES, names: CAPABILITIES },
  },
  securityLabels: { supported: true, types: SECLABEL_TYPES },
  devices: {
    disk: { supported: true, types: ['block'] },
    filesystem: { supported: true, types: ['mount', 'bind', 'ram'], accessmodes: ['passthrough'] },
    interface: { supported: false, types: [] },
    hostdev: { supported: true, types: ['storage', 'misc'] },
    console: { supported: true, types: ['pty'] },
  },
};

/** The domain that is there, running, when a connection is opened, as in libvirt's test driver. */
export const TEST_DOMAIN: DomainDefinition = {
  type: 'lxc',
  name: 'test',
  uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f',
  memoryKiB: 2_097_152,
  vcpus: 2,
  os: { type: 'exe', init: '/bin/sleep', initargs: ['infinity'] },
  devices: {
    filesystems: [{ type: 'mount', source: '/srv/test', target: '/' }],
    consoles: [{ type: 'pty' }],
  },
};
