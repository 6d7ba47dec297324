/** Lines of an fstab, one for each file system. */
import { quote } from '../../../../errors.js';
import type { Filesystem } from '../../../domain/index.js';
import { refusal } from '../../../refusal.js';
import type { Config, Entry } from '../config.js';
import { sizeKiB, words } from '../values.js';

/** What the driver mounts anyway. */
const BASIC_MOUNTS: readonly string[] = [
  '/proc',
  '/proc/sys',
  '/proc/sys/net/ipv4',
  '/proc/sys/net/ipv6',
  '/sys',
  '/sys/kernel/security',
  '/sys/fs/selinux',
  '/selinux',
];
/** Options that say what a file system of a definition is anyway. */
const IMPLIED = /^(?:ro|rw|defaults|bind|rbind|create=(?:dir|file)|size=.*|)$/u;

export function importMounts(config: Config, rootPath: string): readonly Filesystem[] {
  if (config.first('lxc.mount.fstab', 'lxc.mount')) {
    throw refusal(
      'ARGUMENT_UNSUPPORTED',
      'lxc.mount.fstab or lxc.mount found, use lxc.mount.entry lines instead',
    );
  }
  return config.all('lxc.mount.entry').flatMap((entry) => {
    const filesystem = readMount(config, entry, rootPath);
    return filesystem ? [filesystem] : [];
  });
}

function readMount(config: Config, entry: Entry, rootPath: string): Filesystem | undefined {
  const [source, directory, type, optionList] = words(entry.value).map(unescape);
  if (source === undefined || directory === undefined || type === undefined || optionList === undefined) {
    throw refusal('INTERNAL_ERROR', `invalid lxc.mount.entry: ${quote(entry.value)}`);
  }
  const target = absoluteTarget(directory, rootPath);
  if (BASIC_MOUNTS.includes(target)) return undefined;
  const options = optionList.split(',');
  const common = { target, accessmode: 'passthrough', readonly: options.includes('ro') } as const;
  if (type === 'tmpfs') {
    reportLost(config, entry, options);
    return { type: 'ram', usageKiB: tmpfsSize(options), ...common };
  }
  if (!source.startsWith('/')) {
    config.leave(entry, `file systems of type ${quote(type)} have no equivalent`);
    return undefined;
  }
  reportLost(config, entry, options);
  return { type: isBlock(source, options) ? 'block' : 'mount', source, ...common };
}

/** In libvirt every source in /dev is one; what is bound is a node, not what is stored behind it. */
function isBlock(source: string, options: readonly string[]): boolean {
  return source.startsWith('/dev/') && !options.includes('bind') && !options.includes('rbind');
}

/** lxc-tools takes an absolute path for one of the host when it leads into the root. */
function absoluteTarget(directory: string, rootPath: string): string {
  if (!directory.startsWith('/')) return `/${directory}`;
  const inside = directory.startsWith(`${rootPath}/`) ? directory.slice(rootPath.length) : directory;
  return inside === '' ? '/' : inside;
}

function tmpfsSize(options: readonly string[]): number {
  const size = options.find((option) => option.startsWith('size='));
  if (size === undefined) {
    throw refusal('INTERNAL_ERROR', 'missing tmpfs size, set the size option: lxc.mount.entry');
  }
  return sizeKiB(size.slice('size='.length));
}

function reportLost(config: Config, entry: Entry, options: readonly string[]): void {
  const lost = options.filter((option) => !IMPLIED.test(option));
  if (lost.length > 0) config.leave(entry, `mounted without ${lost.join(',')}`);
}

/** Blanks in an fstab are octal. */
function unescape(word: string): string {
  return word.replaceAll(/\\(040|011|012|134)/gu, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}
