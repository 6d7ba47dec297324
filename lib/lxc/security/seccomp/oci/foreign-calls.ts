/**
 * System calls of other architectures than those of `numbers.ts`, which profiles for all of them name: without these,
 * a refusal of `stime` and one of a misspelt `mount` would look the same.
 */
import { SYSCALL_NUMBERS } from '../numbers.js';

const THIRTY_TWO_BITS = `
  _llseek _newselect bdflush break chown32 fadvise64_64 arm_fadvise64_64 fchown32 fcntl64 fstat64 fstatat64 fstatfs64
  ftime ftruncate64 getegid32 geteuid32 getgid32 getgroups32 getresgid32 getresuid32 getuid32 gtty idle ipc lchown32
  lock lstat64 mmap2 mpx nice oldfstat oldlstat oldolduname oldstat oldumount olduname oldwait4 prof profil readdir
  sendfile64 setfsgid32 setfsuid32 setgid32 setgroups32 setregid32 setresgid32 setresuid32 setreuid32 setuid32
  sgetmask sigaction signal sigpending sigprocmask sigreturn sigsuspend socketcall ssetmask stat64 statfs64 stime
  stty sync_file_range2 arm_sync_file_range truncate64 ugetrlimit ulimit umount vm86 vm86old waitpid send recv`;

const TIME64 = `
  clock_adjtime64 clock_getres_time64 clock_gettime64 clock_nanosleep_time64 clock_settime64 futex_time64
  io_pgetevents_time64 mq_timedreceive_time64 mq_timedsend_time64 ppoll_time64 pselect6_time64 recvmmsg_time64
  rt_sigtimedwait_time64 sched_rr_get_interval_time64 semtimedop_time64 timer_gettime64 timer_settime64
  timerfd_gettime64 timerfd_settime64 utimensat_time64`;

const ONE_ARCHITECTURE = `
  breakpoint cacheflush get_tls set_tls usr26 usr32 atomic_barrier atomic_cmpxchg_32 getpagesize
  multiplexer pciconfig_iobase pciconfig_read pciconfig_write rtas spu_create spu_run subpage_prot swapcontext
  switch_endian sys_debug_setcontext syscall sysmips timerfd
  s390_guarded_storage s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr s390_sthyi
  riscv_flush_icache riscv_hwprobe getxgid getxpid getxuid sethae oldumount osf_syscall`;

/** By name; with those that only one of our own architectures has. */
export const FOREIGN_CALLS: ReadonlySet<string> = new Set([
  ...[THIRTY_TWO_BITS, TIME64, ONE_ARCHITECTURE].flatMap((text) => text.trim().split(/\s+/u)),
  ...Object.values(SYSCALL_NUMBERS).flatMap((numbers) => [...numbers.keys()]),
]);
