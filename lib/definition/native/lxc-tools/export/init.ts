/** The program, its user, environment and rights. */
import { CAPABILITIES, type DomainDefinition } from '../../../domain/index.js';
import type { SecurityProfile } from '../../../security/index.js';
import { numericOwner } from '../../owner.js';
import type { Lines } from './lines.js';

export function exportInit({ os }: DomainDefinition, lines: Lines): void {
  exportCommand([os.init, ...(os.initargs ?? [])], lines);
  lines.optional('os/initdir', 'lxc.init.cwd', os.initdir);
  exportOwner('os/inituser', 'lxc.init.uid', os.inituser, lines);
  exportOwner('os/initgroup', 'lxc.init.gid', os.initgroup, lines);
  for (const { name, value } of os.initenv ?? []) {
    lines.add('os/initenv', 'lxc.environment', `${name}=${value}`);
  }
  if (os.cmdline !== undefined) {
    lines.add('os/cmdline', 'lxc.environment', `LIBVIRT_LXC_CMDLINE=${os.cmdline}`);
  }
  if (os.machine !== undefined) lines.report.add('os/type@machine');
  if (os.smbiosMode !== undefined) lines.report.add('os/smbios');
}

function exportCommand(argv: readonly string[], lines: Lines): void {
  const words = argv.map(quoteWord);
  if (words.includes(undefined)) {
    lines.report.add('os/initarg', 'an argument with both kinds of quotes');
    return;
  }
  // A word in quotes at either end must not be taken for a line in quotes.
  lines.add('os/init', 'lxc.init.cmd', words.join(' '));
}

function quoteWord(word: string): string | undefined {
  if (/^[^\s"'\\]+$/u.test(word)) return word;
  if (!word.includes('"')) return `"${word}"`;
  return word.includes("'") ? undefined : `'${word}'`;
}

/** Names are looked up inside the container by libvirt, and by nobody in lxc-tools. */
function exportOwner(element: string, key: string, owner: string | undefined, lines: Lines): void {
  if (owner === undefined) return;
  const id = numericOwner(owner);
  if (id === undefined) lines.report.add(element, 'only a number has an equivalent');
  else lines.add(element, key, id);
}

export function exportCapabilities(
  { features }: DomainDefinition,
  { capabilities: kept }: SecurityProfile,
  lines: Lines,
): void {
  // All but some stays that, also for a kernel that has more of them.
  if (features?.capabilities?.policy !== 'allow') {
    lines.add('features/capabilities', 'lxc.cap.keep', kept.length === 0 ? 'none' : kept.join(' '));
    return;
  }
  const dropped = CAPABILITIES.filter((name) => !kept.includes(name));
  if (dropped.length > 0) lines.add('features/capabilities', 'lxc.cap.drop', dropped.join(' '));
}
