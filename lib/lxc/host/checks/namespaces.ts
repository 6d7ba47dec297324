/** Namespaces, and the ids and file systems that user namespaces need. */
import { isAbsolute } from 'node:path';
import { readHostIds } from '../../security/subordinate-ids.js';
import type { Check, CheckedHost, Finding } from './check.js';

/** The kernel's names in /proc/PID/ns. */
const NAMESPACES = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup', 'time'];
/** Fewer than this many per kind stop a host of thousands of containers. */
const FEW_NAMESPACES = 1000;

/** File systems that can be idmapped, by magic number, with the first kernel that can. */
const IDMAPPED: Readonly<Record<number, readonly [name: string, since: number]>> = {
  0xef53: ['ext4', 5_012_000],
  0x58465342: ['xfs', 5_012_000],
  0x4d44: ['vfat', 5_012_000],
  0x9123683e: ['btrfs', 5_015_000],
  0xf2f52010: ['f2fs', 5_018_000],
  0xe0f5e1e2: ['erofs', 5_019_000],
  0x73717368: ['squashfs', 6_002_000],
  0x01021994: ['tmpfs', 6_003_000],
  0x00c36400: ['ceph', 6_007_000],
  0xca451a4e: ['bcachefs', 6_010_000],
  0x2fc12fc1: ['zfs', 5_012_000],
};
const NOT_IDMAPPED: Readonly<Record<number, string>> = {
  0x794c7630: 'overlayfs',
  0x6969: 'nfs',
  0x65735546: 'fuse',
  0x01021997: '9p',
  0xff534d42: 'cifs',
};

export const NAMESPACE_CHECKS: readonly Check[] = [
  {
    name: 'namespaces',
    level: 'required',
    hint: 'use a kernel with all kinds of namespaces (CONFIG_USER_NS, CONFIG_TIME_NS and their like)',
    look: async ({ tree }) => {
      const there = await tree.names('proc/self/ns');
      const missing = NAMESPACES.filter((name) => !there.includes(name));
      return {
        ok: missing.length === 0,
        found: missing.length === 0 ? 'all eight' : `no ${missing.join(', ')}`,
      };
    },
  },
  {
    name: 'namespace-limits',
    level: 'required',
    hint: "raise them: 'sysctl user.max_user_namespaces=10000', and likewise for the others",
    look: namespaceLimits,
  },
  {
    name: 'idmapped-mounts',
    level: 'required',
    hint: 'keep root file systems on ext4, xfs or btrfs; elsewhere, own the files by the ids of an <idmap>',
    look: idmappedMounts,
  },
  {
    name: 'id-ranges',
    level: 'optional',
    hint: "add 'root:START:COUNT' to /etc/subuid and /etc/subgid, so that other programs leave these ids alone",
    look: idRanges,
  },
];

async function namespaceLimits({ tree }: CheckedHost): Promise<Finding> {
  const limits = await Promise.all(
    NAMESPACES.map(async (name) => ({
      name,
      limit: await tree.number(`proc/sys/user/max_${name}_namespaces`),
    })),
  );
  const none = limits.filter(({ limit }) => limit === 0);
  const few = limits.filter(({ limit }) => limit !== undefined && limit < FEW_NAMESPACES);
  const words = few.map(({ name, limit }) => `${name} ${limit ?? 0}`).join(', ');
  return { ok: none.length === 0, found: few.length === 0 ? `${FEW_NAMESPACES} or more of each` : words };
}

function idmappedMounts({ folder, kernel, probes }: CheckedHost): Finding {
  if (!isAbsolute(folder)) return { ok: false, found: `${folder} is not an absolute path` };
  const type = probes.filesystemType(folder);
  if (type === undefined) return { ok: false, found: `${folder} can't be looked at` };
  const known = IDMAPPED[type];
  const name = known?.[0] ?? NOT_IDMAPPED[type] ?? `file system 0x${type.toString(16)}`;
  return { ok: known !== undefined && kernel >= known[1], found: `${name} at ${folder}` };
}

function idRanges({ tree }: CheckedHost): Finding {
  try {
    const { root } = readHostIds(tree.locate('etc'));
    const words = root.map(({ start, count }) => `${start} to ${start + count - 1}`);
    return { ok: root.length > 0, found: words.length === 0 ? 'the default range' : words.join(', ') };
  } catch (error) {
    return { ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}
