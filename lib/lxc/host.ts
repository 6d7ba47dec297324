/** What this host is: architecture, capabilities, versions. */
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem } from 'node:os';
import type { HostFacts } from '../definition/domain/index.js';
import type { Capabilities } from '../driver.js';
import { VirtError } from '../errors.js';
import { controllerPath } from './native.js';

/** Node's architecture names as libvirt's, with the 32-bit programs each also runs. */
const ARCHES: Readonly<Partial<Record<string, readonly [string, ...string[]]>>> = {
  x64: ['x86_64', 'i686'],
  arm64: ['aarch64', 'armv7l'],
  ppc64: ['ppc64le'],
  s390x: ['s390x', 's390'],
  riscv64: ['riscv64'],
};

export function hostFacts(): HostFacts {
  const guestArches = ARCHES[arch()] ?? [arch()];
  return { arch: guestArches[0], guestArches, emulator: controllerPath() };
}

export function hostCapabilities(host: HostFacts): Capabilities {
  return {
    host: {
      uuid: hostUuid(),
      arch: host.arch,
      cpus: cpus().length,
      memoryKiB: Math.floor(totalmem() / 1024),
      securityModels: securityModels(),
    },
    guests: host.guestArches.map((name, index) => ({
      osType: 'exe',
      arch: name,
      wordsize: index === 0 ? 64 : 32,
      emulator: host.emulator,
      domainType: 'lxc',
    })),
  };
}

/** The kernel's release as libvirt counts versions. */
export function kernelVersion(text: string = release()): number {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new VirtError('INTERNAL_ERROR', `Unknown release: ${text}`);
  return Number(match[1]) * 1_000_000 + Number(match[2]) * 1000 + Number(match[3] ?? 0);
}

export function hostName(): string {
  return hostname();
}

/** systemd's machine id is the host's identity where the firmware has none. */
function hostUuid(): string {
  for (const path of ['/sys/class/dmi/id/product_uuid', '/etc/machine-id']) {
    const digits = readText(path).toLowerCase().replace(/-/g, '');
    const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(digits);
    if (parts) return parts.slice(1).join('-');
  }
  return '00000000-0000-0000-0000-000000000000';
}

/** The security modules that label processes and that are switched on. */
function securityModels(): { model: string; doi: string }[] {
  const active = readText('/sys/kernel/security/lsm').split(',');
  return ['selinux', 'apparmor']
    .filter((model) => active.includes(model))
    .map((model) => ({ model, doi: '0' }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
