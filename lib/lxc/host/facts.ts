/** What definitions are completed and checked with, and the host's names. */
import { existsSync, readFileSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import { join } from 'node:path';
import type { HostFacts } from '../../definition/domain/index.js';
import { VirtError } from '../../errors.js';
import { controllerPath } from '../native.js';

/** An architecture of 32 bits whose programs a kernel of 64 bits may run. */
interface Alternate {
  readonly arch: string;
  /** Files that only kernels have that run them; one is enough. */
  readonly signs: readonly string[];
  /** Boot options that switch it off. */
  readonly disabledBy?: RegExp;
}
interface Architecture {
  readonly arch: string;
  readonly alternate?: Alternate;
}

/** Node's names of architectures as libvirt's. */
const ARCHITECTURES: Readonly<Partial<Record<string, Architecture>>> = {
  x64: {
    arch: 'x86_64',
    alternate: {
      arch: 'i686',
      signs: ['proc/sys/abi/vsyscall32'],
      disabledBy: /\bia32_emulation=(?:0|n|off|false)\b/iu,
    },
  },
  arm64: {
    arch: 'aarch64',
    alternate: {
      arch: 'armv7l',
      signs: ['proc/sys/abi/cp15_barrier', 'proc/sys/abi/setend', 'proc/sys/abi/swp'],
    },
  },
  arm: { arch: 'armv7l' },
  ia32: { arch: 'i686' },
  loong64: { arch: 'loongarch64' },
  ppc64: { arch: 'ppc64le' },
  riscv64: { arch: 'riscv64' },
  s390x: { arch: 's390x' },
};

export function hostFacts(): HostFacts {
  return { ...architectureFacts(arch()), emulator: controllerPath() };
}

/** The host's architecture, and all that its kernel runs. */
export function architectureFacts(node: string, root = '/'): Pick<HostFacts, 'arch' | 'guestArches'> {
  const { arch: own, alternate }: Architecture = ARCHITECTURES[node] ?? { arch: node };
  const guestArches = alternate && runs(alternate, root) ? [own, alternate.arch] : [own];
  return { arch: own, guestArches };
}

function runs({ signs, disabledBy }: Alternate, root: string): boolean {
  if (!signs.some((sign) => existsSync(join(root, sign)))) return false;
  return !disabledBy?.test(readText(join(root, 'proc/cmdline')));
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

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
