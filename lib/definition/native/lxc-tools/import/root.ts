/** The root file system. */
import { quote } from '../../../../errors.js';
import type { Filesystem } from '../../../domain/index.js';
import { refusal } from '../../../refusal.js';
import type { Config, Entry } from '../config.js';

const STORAGE = /^(dir|btrfs|lvm|loop|nbd|zfs|rbd|overlay|overlayfs|aufs):(.*)$/u;

export function importRoot(config: Config): Filesystem {
  const entry = config.first('lxc.rootfs.path', 'lxc.rootfs');
  if (!entry) throw refusal('CONFIG_UNSUPPORTED', 'Missing lxc.rootfs.path configuration');
  const common = { target: '/', accessmode: 'passthrough' } as const;
  const backend = config.first('lxc.rootfs.backend');
  if (backend && backend.value !== 'dir') config.leave(backend, 'the storage is told from the path');
  return isReadonly(config)
    ? { ...readStorage(entry), ...common, readonly: true }
    : { ...readStorage(entry), ...common };
}

type Storage = Pick<Filesystem, 'driver'> & { readonly source: string } & {
  readonly type: 'mount' | 'block' | 'file';
};

/** libvirt knows plain paths only. */
function readStorage({ value }: Entry): Storage {
  const [, kind = 'path', path = value] = STORAGE.exec(value) ?? [];
  switch (kind) {
    case 'dir':
    case 'btrfs':
      return { type: 'mount', source: path };
    case 'loop':
    case 'nbd':
      return { type: 'file', source: path, driver: { type: kind, format: 'raw' } };
    case 'path':
    case 'lvm':
      return { type: path.startsWith('/dev/') ? 'block' : 'mount', source: path };
    default:
      throw refusal(
        'CONFIG_UNSUPPORTED',
        `lxc.rootfs.path ${quote(value)}: root file systems of this kind have no equivalent`,
        'mount it on the host, and name the directory',
      );
  }
}

function isReadonly(config: Config): boolean {
  const entry = config.first('lxc.rootfs.options');
  const options = entry?.value.split(',') ?? [];
  const lost = options.filter((option) => !['ro', 'rw', 'defaults', ''].includes(option));
  if (entry && lost.length > 0) config.leave(entry, `no equivalent: ${lost.join(',')}`);
  return options.includes('ro');
}
