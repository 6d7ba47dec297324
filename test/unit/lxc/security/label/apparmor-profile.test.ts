/** The text of AppArmor profiles. */
import { existsSync } from 'node:fs';
import { HostTree } from '../../../../../lib/lxc/host/tree.js';
import { compilePolicy } from '../../../../../lib/lxc/security/label/apparmor/parser.js';
import { formatProfile, quoteName } from '../../../../../lib/lxc/security/label/apparmor/profile.js';

const PARSER = '/usr/sbin/apparmor_parser';

/** What a pattern of the profile matches, in the little of its language that the profiles use. */
function patternOf(glob: string): RegExp {
  const body = glob
    .replace(/\*\*|\*|\?|\{|\}|,|\./gu, (sign) => {
      const meanings: Record<string, string> = {
        '**': '.*',
        '*': '[^/]*',
        '?': '[^/]',
        '{': '(?:',
        '}': ')',
        ',': '|',
        '.': '\\.',
      };
      return meanings[sign] ?? sign;
    })
    .replace(/\(\?:\|/gu, '(?:|');
  return new RegExp(`^${body}$`, 'u');
}

/** Whether a rule denies this access to a path. */
function denies(policy: string, path: string, access: string): boolean {
  return policy.split('\n').some((line) => {
    const [, glob, denied] = /^ {2}deny (\/\S+) ([rwklx]+),$/u.exec(line) ?? [];
    return glob !== undefined && denied?.includes(access) === true && patternOf(glob).test(path);
  });
}

describe('the profile of a container', () => {
  const text = (kind: 'generic' | 'chroot' | 'systemd' | 'booted'): string =>
    formatProfile({ name: 'virtainer-x', kind });

  test.each(['generic', 'chroot', 'systemd', 'booted'] as const)(
    '%s: denies what docker-default denies',
    (kind) => {
      const policy = text(kind);
      for (const path of [
        '/proc/sysrq-trigger',
        '/proc/kcore',
        '/proc/sys/kernel/core_pattern',
        '/proc/sys/kernel/modprobe',
        '/proc/sys/vm/drop_caches',
        '/proc/sys/fs/binfmt_misc/register',
        '/proc/irq/1/smp_affinity',
        '/proc/bus/pci/00/1',
        '/proc/fs/xfs/x',
        '/proc/acpi/x',
        '/proc/mtrr',
        '/proc/sysvipc/shm',
        '/proc/scsi/scsi',
        '/proc/s',
        '/proc/sy/x',
        '/proc/sysx/y',
        '/proc/sys/x',
        '/sys/kernel/uevent_helper',
        '/sys/fs/bpf/x',
        '/sys/fs/cg/x',
        '/sys/fs/cgroups/x',
        '/sys/f/x',
        '/sys/fsx/y',
        '/sys/firmware/efi/x',
        '/sys/kernel/security/apparmor/.remove',
        '/sys/devices/virtual/powercap/x',
        '/proc/1/attr/current',
        '/proc/12/attr/apparmor/exec',
      ]) {
        // prettier-ignore
        expect([path, denies(policy, path, 'w')]).toEqual([path, true]);
      }
      for (const path of [
        '/proc/kcore',
        '/proc/sysrq-trigger',
        '/sys/firmware/dmi/x',
        '/sys/kernel/security/x',
        '/sys/devices/virtual/powercap/x',
      ]) {
        expect([path, denies(policy, path, 'r')]).toEqual([path, true]);
      }
      for (const path of [
        '/proc/1/oom_score_adj',
        '/proc/123/task/4/comm',
        '/etc/passwd',
        '/run/x',
        '/dev/null',
      ]) {
        expect([path, denies(policy, path, 'w')]).toEqual([path, false]);
      }
      expect(policy).toContain('  deny network alg,\n');
      expect(policy).not.toMatch(/^ {2}network,$/mu);
      expect(policy).toContain('  deny change_profile,\n');
      expect(policy).toContain('  signal (send, receive) peer="virtainer-x",\n');
      expect(policy).toContain('  ptrace (trace, read, tracedby, readby) peer="virtainer-x",\n');
      expect(policy).not.toMatch(/ptrace,|signal,|peer=\*|unix,$\n {2}unix/mu);
    },
  );

  test('only operating systems mount, and none of the file systems of the kernel', () => {
    for (const kind of ['generic', 'chroot'] as const) expect(text(kind)).toContain('  deny mount,\n');
    for (const kind of ['systemd', 'booted'] as const) {
      expect(text(kind)).toContain('  mount,\n');
      expect(text(kind)).toContain('  deny mount fstype=securityfs,\n');
    }
  });

  test('a booted one sets up its network, a system one its cgroups', () => {
    expect(denies(text('booted'), '/proc/sys/net/ipv4/ip_forward', 'w')).toBe(false);
    expect(denies(text('booted'), '/proc/sys/network/x', 'w')).toBe(true);
    expect(denies(text('generic'), '/proc/sys/net/ipv4/ip_forward', 'w')).toBe(true);
    expect(denies(text('systemd'), '/sys/fs/cgroup/system.slice/cgroup.procs', 'w')).toBe(false);
    expect(denies(text('generic'), '/sys/fs/cgroup/system.slice/cgroup.procs', 'w')).toBe(true);
  });

  test('the supervisor that has a profile itself may signal', () => {
    const policy = formatProfile({ name: 'n', kind: 'generic', supervisor: '/usr/bin/node "x" {a,b}*' });
    expect(policy).toContain('signal (receive) peer="/usr/bin/node \\"x\\" \\{a\\,b\\}\\*",');
  });

  test('hostile names are one quoted string', () => {
    expect(quoteName('a" flags=(unconfined) { file, } profile "b\\')).toBe(
      '"a\\" flags=(unconfined) \\{ file\\, \\} profile \\"b\\\\"',
    );
  });

  // The parser asks the running kernel what it can do: without AppArmor it compiles nothing.
  const usable = existsSync(PARSER) && existsSync('/sys/kernel/security/apparmor/features');
  (usable ? test : test.skip)('is taken by the compiler (needs a host with AppArmor)', async () => {
    for (const kind of ['generic', 'chroot', 'systemd', 'booted'] as const) {
      expect((await compilePolicy(new HostTree(), text(kind))).length).toBeGreaterThan(100);
    }
  });
});
