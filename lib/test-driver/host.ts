/** The host that test domains believe to be on: the same everywhere, so that tests are. */
import type { DomainDefinition, HostFacts } from '../definition/domain/index.js';
import type { Capabilities } from '../driver.js';

export const TEST_HOST: HostFacts = {
  arch: 'x86_64',
  guestArches: ['x86_64', 'i686'],
  emulator: '/usr/libexec/virtainer/controller',
};

export const TEST_CAPABILITIES: Capabilities = {
  host: {
    uuid: 'b5e4f3a2-7c61-4d58-9a0b-1e2d3c4f5a69',
    arch: TEST_HOST.arch,
    cpus: 16,
    memoryKiB: 3_145_728,
    securityModels: [],
  },
  guests: [
    { osType: 'exe', arch: 'x86_64', wordsize: 64, emulator: TEST_HOST.emulator, domainType: 'lxc' },
    { osType: 'exe', arch: 'i686', wordsize: 32, emulator: TEST_HOST.emulator, domainType: 'lxc' },
  ],
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
