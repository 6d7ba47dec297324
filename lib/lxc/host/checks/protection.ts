/** Filters, security modules, and settings of the host that protect it from what runs on it. */
import { readSecurityModels } from '../security.js';
import type { Check, CheckedHost, Finding } from './check.js';

export const PROTECTION_CHECKS: readonly Check[] = [
  {
    name: 'seccomp',
    level: 'required',
    hint: 'use a kernel with CONFIG_SECCOMP_FILTER',
    look: async ({ tree }) => {
      const actions = ((await tree.text('proc/sys/kernel/seccomp/actions_avail')) ?? '').split(' ');
      const ok = actions.includes('errno');
      return { ok, found: ok ? 'filters' : 'none' };
    },
  },
  {
    name: 'libseccomp',
    level: 'required',
    hint: "install libseccomp 2.5 or newer (Debian: 'apt-get install libseccomp2')",
    look: ({ probes }) => {
      const { available, version = '', path = '', reason = 'none' } = probes.seccomp();
      return { ok: available, found: available ? `${version} ${path}`.trim() : reason };
    },
  },
  {
    name: 'security-module',
    level: 'recommended',
    hint: "switch on SELinux or AppArmor with the kernel's boot option lsm=",
    look: async ({ tree }) => {
      const models = (await readSecurityModels(tree)).map(({ model }) => model);
      return { ok: models.length > 0, found: models.join(', ') || 'none' };
    },
  },
  setting('kernel/unprivileged_bpf_disabled', { least: 1 }),
  setting('kernel/kptr_restrict', { least: 1 }),
  setting('kernel/dmesg_restrict', { least: 1 }),
  setting('fs/protected_symlinks', { least: 1 }),
  setting('fs/protected_hardlinks', { least: 1 }),
  setting('fs/suid_dumpable', { most: 0 }),
  setting('vm/unprivileged_userfaultfd', { most: 0 }),
  setting('dev/tty/legacy_tiocsti', { most: 0 }),
  {
    name: 'core-pattern',
    level: 'recommended',
    hint: "'sysctl kernel.core_pattern=core': a program on the host runs for each crash in a container",
    look: async ({ tree }) => {
      const pattern = (await tree.text('proc/sys/kernel/core_pattern')) ?? '';
      return { ok: !pattern.startsWith('|'), found: pattern === '' ? 'empty' : pattern };
    },
  },
];

interface Wanted {
  readonly least?: number;
  readonly most?: number;
}

/** What a kernel does not have can't be wrong. */
function setting(path: string, { least, most }: Wanted): Check {
  const name = path.replaceAll('/', '.');
  return {
    name: path.replaceAll(/[/_]/gu, '-'),
    level: 'recommended',
    hint: `'sysctl ${name}=${least ?? most ?? 0}'`,
    look: async ({ tree }: CheckedHost): Promise<Finding> => {
      const value = await tree.number(`proc/sys/${path}`);
      if (value === undefined) return { ok: true, found: 'not in this kernel' };
      return { ok: value >= (least ?? value) && value <= (most ?? value), found: `${name} = ${value}` };
    },
  };
}
