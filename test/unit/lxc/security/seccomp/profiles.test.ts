/** What the built-in profiles decide, without compiling them. */
import { ABIS, ACTION, failWith, type Abi, type Action } from '../../../../../lib/lxc/security/seccomp/abi';
import { BUILT_IN_PROFILES, builtInRules } from '../../../../../lib/lxc/security/seccomp/profiles';
import { rulesByNumber, verdicts } from '../../../../../lib/lxc/security/seccomp/rules';
import { argumentCases } from '../../../../../lib/lxc/security/seccomp/cases';
import { isTrue } from '../../../../../lib/lxc/security/seccomp/abi';

const abis = Object.values(ABIS).filter((abi): abi is Abi => abi !== undefined);
const [EPERM, ENOSYS] = [failWith(1), failWith(38)];

type Profile = (typeof BUILT_IN_PROFILES)[number];

function verdict(profile: Profile, abi: Abi, name: string, ...args: number[]): Action | undefined {
  const number = abi.numbers.get(name);
  if (number === undefined) return undefined;
  return verdicts(builtInRules(profile, abi))({ audit: abi.audit, number, args: args.map(BigInt) });
}

const NEVER = `bpf perf_event_open add_key keyctl request_key io_uring_setup io_uring_enter io_uring_register
  name_to_handle_at open_by_handle_at kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff userfaultfd
  kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev move_pages modify_ldt uselib vmsplice acct
  settimeofday clock_settime iopl ioperm syslog quotactl quotactl_fd fanotify_init lookup_dcookie nfsservctl`;
const SYSTEM_ONLY = `mount umount2 pivot_root chroot unshare setns fsopen fsconfig fsmount fspick move_mount open_tree
  open_tree_attr mount_setattr sethostname setdomainname reboot vhangup mbind`;
const ORDINARY = `read write openat execve mmap futex ptrace prctl mknodat exit_group rt_sigreturn statx rseq mseal
  landlock_restrict_self fchmodat2 setxattrat futex_wait`;
const words = (text: string): string[] => text.trim().split(/\s+/u);

describe.each(abis)('on $name', (abi) => {
  test.each(BUILT_IN_PROFILES)(
    '%s refuses what attacks the kernel and allows what programs are made of',
    (profile) => {
      expect(
        words(NEVER).filter((name) => ![EPERM, undefined].includes(verdict(profile, abi, name))),
      ).toEqual([]);
      expect(words(ORDINARY).filter((name) => verdict(profile, abi, name) !== ACTION.ALLOW)).toEqual([]);
    },
  );

  test('what an init system needs is refused to applications', () => {
    for (const name of words(SYSTEM_ONLY)) {
      const verdictOf = (profile: Profile) => verdict(profile, abi, name);
      expect([name, ...BUILT_IN_PROFILES.map(verdictOf)]).toEqual([
        name,
        EPERM,
        EPERM,
        ACTION.ALLOW,
        ACTION.ALLOW,
      ]);
    }
    expect(verdict('booted', abi, 'unshare', 0x80)).toBe(EPERM);
    const netfilter = (profile: Profile) => verdict(profile, abi, 'socket', 16, 3, 12);
    expect(BUILT_IN_PROFILES.map(netfilter)).toEqual([EPERM, EPERM, EPERM, ACTION.ALLOW]);
    expect(verdict('generic', abi, 'clone3')).toBe(ENOSYS);
    expect(verdict('booted', abi, 'clone3')).toBe(ACTION.ALLOW);
  });

  test('numbers of no call have ENOSYS, calls of other architectures end the process', () => {
    const decide = verdicts(builtInRules('generic', abi));
    const call = (number: number, audit = abi.audit) => decide({ audit, number, args: [] });
    expect([300 + 100, 470, 600, 0x3fffffff, 0xffffffff].map((number) => call(number))).toEqual(
      Array.from({ length: 5 }, () => ENOSYS),
    );
    expect(call(0, 0x40000003)).toBe(ACTION.KILL_PROCESS);
    expect(call(0x40000000)).toBe(abi.foreignFrom === undefined ? ENOSYS : ACTION.KILL_PROCESS);
  });

  test.each(BUILT_IN_PROFILES)('%s: no two rules are about the same call and arguments', (profile) => {
    const filter = builtInRules(profile, abi);
    const byNumber = rulesByNumber(filter);
    for (const { number, args } of argumentCases(filter)) {
      const rules = byNumber.get(number) ?? [];
      const meant = rules.filter(({ comparisons }) =>
        comparisons.every((one) => isTrue(one, args[one.index] ?? 0n)),
      );
      if (meant.length > 1) expect(new Set(meant.map(({ action }) => action)).size).toBe(1);
    }
  });
});
