/** Rights, kernel and the package's native part. */
import type { CapabilityName } from '../../../definition/domain/index.js';
import { missingRights } from '../rights.js';
import type { Check, CheckedHost, Finding } from './check.js';

/**
 * The one that README names: mount_setattr is of 5.12, cgroup.kill, by which all of a container ends at once, of 5.14.
 * @see https://man7.org/linux/man-pages/man2/mount_setattr.2.html
 */
const OLDEST_KERNEL = 5_014_000;
/** Without these a start fails. */
const NEEDED: readonly CapabilityName[] = [
  'chown',
  'dac_override',
  'fowner',
  'kill',
  'mknod',
  'net_admin',
  'setgid',
  'setpcap',
  'setuid',
  'sys_admin',
  'sys_chroot',
  'sys_ptrace',
];

export const KERNEL_CHECKS: readonly Check[] = [
  {
    name: 'root',
    level: 'required',
    hint: 'run as root: containers with a name and a state belong to the system',
    look: ({ uid }) => ({ ok: uid === 0, found: `user ${uid}` }),
  },
  {
    name: 'rights',
    level: 'required',
    hint: 'give the process these capabilities; in a container of another runtime, run it privileged',
    look: rights(NEEDED),
  },
  {
    name: 'resource-rights',
    level: 'recommended',
    hint: 'give the process sys_resource: without it, limits can not be raised nor the controller kept from the OOM killer',
    look: rights(['sys_resource']),
  },
  {
    name: 'kernel',
    level: 'required',
    hint: 'use Linux 5.14 or newer: older ones lack idmapped mounts or cgroup.kill',
    look: ({ kernel }) => ({ ok: kernel >= OLDEST_KERNEL, found: versionText(kernel) }),
  },
  ...(['openat2', 'pidfd_open'] as const).map((call): Check => ({
    name: call.replace('_', '-'),
    level: 'required',
    hint: 'let the process make this system call: the kernel is too old, or a seccomp filter forbids it',
    look: ({ probes }) => {
      const problem = probes.callProblem(call);
      return { ok: problem === undefined, found: problem ?? 'works' };
    },
  })),
  {
    name: 'native-part',
    level: 'required',
    hint: "run 'npm run build:native' in the package's folder",
    look: ({ probes }) => {
      const problem = probes.nativeProblem();
      return { ok: problem === undefined, found: problem ?? 'addon and controller' };
    },
  },
  {
    name: 'fuse',
    level: 'recommended',
    hint: "load the kernel's module fuse: without it, /proc in a container shows the memory and CPUs of the host",
    look: ({ probes }) => {
      const problem = probes.fuseProblem();
      return { ok: problem === undefined, found: problem ?? 'works' };
    },
  },
];

function rights(names: readonly CapabilityName[]): (host: CheckedHost) => Promise<Finding> {
  return async ({ tree }) => {
    const missing = missingRights((await tree.text('proc/self/status')) ?? '', names);
    return { ok: missing.length === 0, found: missing.length === 0 ? 'all' : `no ${missing.join(', ')}` };
  };
}

function versionText(version: number): string {
  return [Math.floor(version / 1_000_000), Math.floor(version / 1000) % 1000, version % 1000].join('.');
}
