/** Name and architecture. */
import { ARCHITECTURES } from '../../../domain/architectures.js';
import { refusal } from '../../../refusal.js';
import type { Config } from '../config.js';

/** Names that are not libvirt's. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['x86', 'i686'],
  ['i386', 'i686'],
  ['i486', 'i686'],
  ['i586', 'i686'],
  ['linux32', 'i686'],
  ['amd64', 'x86_64'],
  ['linux64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['armhf', 'armv7l'],
  ['armv7', 'armv7l'],
  ['powerpc', 'ppc'],
  ['powerpc64', 'ppc64'],
  ['ppc64el', 'ppc64le'],
]);

export function importName(config: Config): string {
  const name = config.first('lxc.uts.name', 'lxc.utsname')?.value;
  if (name === undefined) throw refusal('NO_NAME', 'missing domain name: lxc.uts.name is required');
  return name;
}

/** An unknown one is none, as in libvirt: the host's then. */
export function importArch(config: Config): string | undefined {
  const entry = config.first('lxc.arch');
  if (!entry) return undefined;
  const known = ARCHITECTURES.find((arch) => arch === entry.value) ?? ALIASES.get(entry.value);
  if (known === undefined) config.leave(entry, 'unknown architecture');
  return known;
}
