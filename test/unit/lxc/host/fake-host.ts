/** A host's /sys, /proc and /etc in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HostTree } from '../../../../lib/lxc/host/tree.js';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** Call inside `describe`; each call of what it gives is a host of its own. */
export function useHosts(): (files: Files) => { readonly root: string; readonly tree: HostTree } {
  const roots: string[] = [];
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true });
  });
  return (files) => {
    const root = mkdtempSync(join(tmpdir(), 'virtainer-host-'));
    roots.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return { root, tree: new HostTree(root) };
  };
}

export function cpu(
  id: number,
  place: { socket?: number; die?: number; core: number; siblings: string },
): Files {
  const folder = `sys/devices/system/cpu/cpu${id}/topology`;
  return {
    [`${folder}/physical_package_id`]: `${place.socket ?? 0}\n`,
    [`${folder}/die_id`]: `${place.die ?? 0}\n`,
    [`${folder}/core_id`]: `${place.core}\n`,
    [`${folder}/thread_siblings_list`]: `${place.siblings}\n`,
  };
}

export function cpuLists(online: string, present = online): Files {
  return {
    'sys/devices/system/cpu/online': `${online}\n`,
    'sys/devices/system/cpu/present': `${present}\n`,
  };
}

export function node(id: number, of: { cpus: string; memoryKiB: number; distance: string }): Files {
  const folder = `sys/devices/system/node/node${id}`;
  return {
    [`${folder}/cpulist`]: `${of.cpus}\n`,
    [`${folder}/meminfo`]: `\nNode ${id} MemTotal:       ${of.memoryKiB} kB\nNode ${id} MemFree: 1 kB\n`,
    [`${folder}/distance`]: `${of.distance}\n`,
  };
}

export function hugePages(folder: string, sizes: Readonly<Record<number, number>>): Files {
  return Object.fromEntries(
    Object.entries(sizes).map(([size, count]) => [
      `${folder}/hugepages-${size}kB/nr_hugepages`,
      `${count}\n`,
    ]),
  );
}

/** One cell of one core. */
export const SMALL_HOST: Files = {
  ...cpuLists('0'),
  ...cpu(0, { core: 0, siblings: '0' }),
  ...node(0, { cpus: '0', memoryKiB: 1024, distance: '10' }),
  'proc/meminfo': 'MemTotal: 1024 kB\nMemFree: 512 kB\n',
  'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
};
