/** Where limits are kept, and what else the kernel has to be built with. */
import { join } from 'node:path';
import { baseOf, findHierarchies, type Hierarchy } from '../../cgroup/hierarchies.js';
import { isSystemdHost } from '../../cgroup/systemd/detect.js';
import type { Check, CheckedHost, Finding } from './check.js';

interface Controllers {
  readonly hierarchies: readonly Hierarchy[];
  /** Of the v2 hierarchy. */
  readonly unified: readonly string[];
}

export const CGROUP_CHECKS: readonly Check[] = [
  {
    name: 'cgroups',
    level: 'required',
    hint: "mount them: 'mount -t cgroup2 none /sys/fs/cgroup'",
    look: async (host) => {
      const { hierarchies } = await controllersOf(host);
      const writable = hierarchies.every((hierarchy) => host.probes.isWritable(baseOf(hierarchy)));
      return {
        ok: hierarchies.length > 0 && writable,
        found: `${describeLayout(hierarchies)}${writable ? '' : ', read-only'}`,
      };
    },
  },
  {
    name: 'cgroup-owner',
    level: 'required',
    hint: "start the system bus: 'systemctl start dbus.socket'",
    look: async ({ tree }) => {
      if (!isSystemdHost(tree.locate('/')))
        return { ok: true, found: 'nobody else: groups are made as they are needed' };
      const ok = (await tree.names('run/dbus')).includes('system_bus_socket');
      return {
        ok,
        found: ok ? 'systemd: a scope for each domain' : 'systemd, which has no bus to be asked on',
      };
    },
  },
  controller(
    'memory',
    'required',
    'boot with cgroup_enable=memory, or mount the controller: memory is always limited',
  ),
  controller('pids', 'required', 'mount the controller: the number of processes is always limited'),
  {
    name: 'cgroup-devices',
    level: 'required',
    hint: 'mount cgroup2 on a kernel with CONFIG_CGROUP_BPF, or the v1 devices controller',
    look: async (host) => {
      const { hierarchies } = await controllersOf(host);
      const old = hierarchies.some(({ controllers }) => controllers.includes('devices'));
      const unified = hierarchies.some(({ version }) => version === 2);
      return {
        ok: old || unified,
        found: old ? 'version 1' : unified ? 'BPF programs of version 2 (loading one is not tried)' : 'none',
      };
    },
  },
  {
    name: 'cgroup-freezer',
    level: 'recommended',
    hint: 'mount cgroup2, or the v1 freezer controller: without it domains can not be paused',
    look: async (host) => {
      const { hierarchies } = await controllersOf(host);
      const ok = hierarchies.some(
        ({ version, controllers }) => version === 2 || controllers.includes('freezer'),
      );
      return { ok, found: ok ? 'there' : 'none' };
    },
  },
  controller('cpu', 'recommended', 'mount the controller: without it CPU time can not be shared out'),
  {
    name: 'kernel-file-systems',
    level: 'required',
    hint: 'use a kernel with these file systems, or load their modules',
    look: async ({ tree }) => {
      const known = ((await tree.text('proc/filesystems')) ?? '').split(/\s+/u);
      const missing = ['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue'].filter((name) => !known.includes(name));
      return { ok: missing.length === 0, found: missing.length === 0 ? 'all' : `no ${missing.join(', ')}` };
    },
  },
];

function controller(name: string, level: Check['level'], hint: string): Check {
  return {
    name: `cgroup-${name}`,
    level,
    hint,
    look: async (host): Promise<Finding> => {
      const { hierarchies, unified } = await controllersOf(host);
      const old = hierarchies.some(({ controllers }) => controllers.includes(name));
      const ok = old || unified.includes(name);
      return { ok, found: ok ? `version ${old ? 1 : 2}` : 'none' };
    },
  };
}

/** Which versions, and what of them belongs to this process. */
function describeLayout(hierarchies: readonly Hierarchy[]): string {
  const versions = [...new Set(hierarchies.map(({ version }) => version))].sort();
  if (versions.length === 0) return 'none';
  const name = versions.length > 1 ? 'version 1 and version 2 (hybrid)' : `version ${versions.join('')}`;
  const parts = [...new Set(hierarchies.flatMap(({ delegated }) => delegated ?? []))];
  if (parts.length === 0) return name;
  return `${name}, delegated: ${parts.length === 1 ? parts.join('') : `${parts.length} groups`}`;
}

async function controllersOf({ tree, probes }: CheckedHost): Promise<Controllers> {
  const hierarchies = findHierarchies({
    mountinfo: (await tree.text('proc/self/mountinfo')) ?? '',
    memberships: (await tree.text('proc/self/cgroup')) ?? '',
    namespace: await tree.link('proc/self/ns/cgroup'),
    isWritable: (directory) => probes.isWritable(directory),
  });
  const v2 = hierarchies.find(({ version }) => version === 2);
  const text = v2 && (await tree.text(join(baseOf(v2), 'cgroup.controllers')));
  return { hierarchies, unified: (text ?? '').split(' ').filter((name) => name !== '') };
}
