/**
 * The built-in allow lists, as data: which system calls a container may make. Names of every architecture; one
 * that does not have a call has no rule for it. A call that is in none of these lists is refused, so a call of a new
 * kernel stays refused until somebody has thought about it: a test wants each one in a list here, be it `NEVER`.
 */

/** For every kind of container, whatever the arguments. */
const ORDINARY = {
  files: `
    open openat openat2 creat close close_range read write readv writev pread64 pwrite64 preadv pwritev preadv2
    pwritev2 lseek sendfile splice tee copy_file_range readahead fadvise64 fallocate truncate ftruncate
    sync syncfs fsync fdatasync sync_file_range flock fcntl dup dup2 dup3 pipe pipe2
    access faccessat faccessat2 stat fstat lstat newfstatat statx statfs fstatfs getdents getdents64
    getcwd chdir fchdir umask rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink
    symlinkat readlink readlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat
    utime utimes utimensat futimesat cachestat file_getattr file_setattr
    setxattr lsetxattr fsetxattr setxattrat getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr
    listxattrat removexattr lremovexattr fremovexattr removexattrat
    inotify_init inotify_init1 inotify_add_watch inotify_rm_watch statmount listmount`,
  waiting: `
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    eventfd eventfd2 signalfd signalfd4 io_setup io_destroy io_getevents io_pgetevents io_submit io_cancel`,
  memory: `
    brk mmap mprotect munmap mremap msync mincore madvise mlock mlock2 munlock mlockall munlockall mseal
    remap_file_pages pkey_mprotect pkey_alloc pkey_free membarrier memfd_create memfd_secret map_shadow_stack`,
  processes: `
    fork vfork execve execveat exit exit_group wait4 waitid ptrace prctl arch_prctl set_thread_area get_thread_area
    set_tid_address gettid getpid getppid getpgid getpgrp setpgid getsid setsid restart_syscall rseq
    pidfd_open pidfd_send_signal process_mrelease getcpu uretprobe uprobe
    sched_yield sched_getparam sched_setparam sched_getscheduler sched_setscheduler sched_getattr sched_setattr
    sched_getaffinity sched_setaffinity sched_get_priority_max sched_get_priority_min sched_rr_get_interval
    getpriority setpriority ioprio_get ioprio_set getrlimit setrlimit prlimit64 getrusage times`,
  signals: `
    kill tkill tgkill pause alarm sigaltstack rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending
    rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo rt_sigsuspend`,
  synchronisation: `
    futex futex_wait futex_wake futex_waitv futex_requeue set_robust_list get_robust_list
    semget semop semtimedop semctl shmget shmat shmdt shmctl msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr`,
  // Setting the clock by adjtimex takes a capability over the host, which no container has; reading is harmless.
  time: `
    time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep adjtimex clock_adjtime
    getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    timerfd_create timerfd_settime timerfd_gettime`,
  identity: `
    getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid setresuid setresgid
    setfsuid setfsgid setgroups capget capset uname sysinfo getrandom
    landlock_create_ruleset landlock_add_rule landlock_restrict_self
    lsm_get_self_attr lsm_set_self_attr lsm_list_modules`,
  sockets: `
    bind connect listen accept accept4 getsockname getpeername getsockopt setsockopt shutdown
    sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg`,
};

/** What an init system does besides, inside its own namespaces. */
const SYSTEM = {
  mounts: `
    mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick move_mount open_tree open_tree_attr mount_setattr`,
  namespaces: 'setns clone clone3',
  machine: 'sethostname setdomainname reboot vhangup',
  memory: 'get_mempolicy set_mempolicy set_mempolicy_home_node mbind',
};

/** Allowed only with some arguments, see `conditions.ts`. `clone` is free for an init system. */
const CONDITIONAL = 'socket socketpair personality ioctl seccomp unshare';

/** Never allowed. Not read by the filter: it is the proof that a call was not forgotten. */
const NEVER = `
  kexec_load kexec_file_load init_module finit_module delete_module create_module query_module get_kernel_syms
  swapon swapoff acct quotactl quotactl_fd syslog settimeofday clock_settime iopl ioperm modify_ldt uselib
  bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register add_key request_key keyctl
  name_to_handle_at open_by_handle_at fanotify_init fanotify_mark lookup_dcookie nfsservctl vmsplice kcmp pidfd_getfd
  process_vm_readv process_vm_writev process_madvise move_pages migrate_pages
  ustat sysfs _sysctl getpmsg putpmsg afs_syscall tuxcall security vserver epoll_ctl_old epoll_wait_old`;

function words(...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.trim().split(/\s+/u));
}

/** Free in an application, by name. */
export const APPLICATION_CALLS = words(...Object.values(ORDINARY));
/** Free in a container with an init system, by name. */
export const SYSTEM_CALLS = [...APPLICATION_CALLS, ...words(...Object.values(SYSTEM))];
/** Allowed with some arguments only. */
export const CONDITIONAL_CALLS = words(CONDITIONAL);
/** Refused in every container. */
export const REFUSED_CALLS = words(NEVER);
