/* ways around a filter of system calls. */
#define _GNU_SOURCE
#include <elf.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "report.h"

#define HIGH (1UL << 40)
#define AF_VSOCK_NUMBER 40
#define SESSION_KEYRING (-3)
#define SUSPEND_SECCOMP (1 << 21)

/* Every filter of ours refuses it, and without one it succeeds. */
static long forbidden(void) { return syscall(SYS_keyctl, 0, SESSION_KEYRING, 0); }

static void try_unknown(long number) {
  errno = 0;
  long result = syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
  int error = errno;
  report(result != -1 || error != ENOSYS, error, "A-072/%ld", number);
}

static void one_unknown(long number) {
  pid_t pid = fork();
  if (pid == 0) {
    alarm(5);
    try_unknown(number);
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  /* A program must be able to ask, and to go on. */
  if (WIFSIGNALED(status)) report(1, 0, "A-072/%ld/killed", number);
}

static void unknown_numbers(void) {
  static const long odd[] = {-1,    0x3fffffff, 1000,    4095,       4096,
                             65535, 0x10000,    1 << 20, 0x20000000, 0x3ffffffe};
  for (long number = 470; number <= 600; number++) one_unknown(number);
  for (size_t index = 0; index < sizeof odd / sizeof *odd; index++) one_unknown(odd[index]);
}

#ifdef __x86_64__
static long int80(long number, long first, long second, long third) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(third)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}
/* Below 4 GiB, as a 32-bit call needs its memory. */
static unsigned arguments32[8];

static const struct call32 {
  const char* name;
  long number, first, second, third;
} CALLS32[] = {
    {"getpid", 20, 0, 0, 0},
    {"getuid", 24, 0, 0, 0},
    {"socketcall-vsock", 102, 1, -1, 0},
    {"socketcall-alg", 102, 1, -2, 0},
    {"ipc", 117, 2, 0, 1},
    {"unshare-user", 310, CLONE_NEWUSER, 0, 0},
    {"keyctl", 288, 0, SESSION_KEYRING, 0},
    {"personality", 136, -1, 0, 0},
    {"modify_ldt", 123, 0, 0, 0},
    {"io_uring_setup", 425, 1, 0, 0},
    {"bpf", 357, -1, 0, 0},
    {"mount", 21, 0, 0, 0},
    {"ptrace", 26, -1, 0, 0},
    {"clone3", 435, 0, 0, 0},
    {"unknown", 599, 0, 0, 0},
};
static const struct call32* call32;

static void make_call32(void) {
  long second = call32->second;
  if (call32->number == 102) {
    arguments32[0] = second == -1 ? AF_VSOCK_NUMBER : AF_ALG;
    arguments32[1] = SOCK_STREAM;
    second = (long)arguments32;
  }
  long result = int80(call32->number, call32->first, second, call32->third);
  report(result >= 0 || (result != -ENOSYS && result != -EPERM), (int)-result, "A-071/int80/%s",
         call32->name);
}

static const int* x32_number;
static void make_x32_call(void) {
  errno = 0;
  long result = syscall(0x40000000L | *x32_number, -1L, 0L, 0L);
  report(result >= 0 || (errno != ENOSYS && errno != EPERM), errno, "A-071/x32/%d", *x32_number);
}

static void other_abis(void) {
  static const int numbers[] = {39,  0,   1,   2,   41,  59,  101, 165, 250,  272,
                                321, 425, 435, 512, 520, 521, 540, 547, 1000, 0x3fffffff};
  for (size_t index = 0; index < sizeof CALLS32 / sizeof *CALLS32; index++) {
    call32 = &CALLS32[index];
    apart("A-071/int80", make_call32);
  }
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
    x32_number = &numbers[index];
    apart("A-071/x32", make_x32_call);
  }
}
#else
static void other_abis(void) {}
#endif

static int install(struct sock_filter* code, unsigned short length, unsigned flags) {
  struct sock_fprog program = {length, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
static void under_own_filter(unsigned flags, unsigned verdict, const char* name) {
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, verdict)};
  int installed = install(code, 1, flags);
  TRY_FILTERED(forbidden(), "A-073/%s/%s", name, installed < 0 ? "refused" : "installed");
}
static void allow_all(void) { under_own_filter(0, SECCOMP_RET_ALLOW, "allow-all"); }
static void log_all(void) { under_own_filter(SECCOMP_FILTER_FLAG_LOG, SECCOMP_RET_ALLOW, "log"); }
static void speculate(void) {
  under_own_filter(SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_RET_ALLOW, "spec-allow");
}
static void synchronized(void) { under_own_filter(SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_RET_ALLOW, "tsync"); }
static void strict_mode(void) { TRY(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0), "A-073/mode-1"); }
static void disabled_mode(void) {
  prctl(PR_SET_SECCOMP, 0, 0, 0, 0);
  syscall(SYS_seccomp, 0x7fff, 0, NULL);
  TRY_FILTERED(forbidden(), "A-073/mode-0");
}
static void lose_no_new_privileges(void) {
  int was = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
  report(was == 1 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1, errno, "A-073/unset-no-new-privileges");
}
/* The supervisor lets the call go on: the filters below must still be asked. */
static void listener(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  int fd = install(code, 4, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  pid_t pid = fd < 0 ? -1 : fork();
  if (pid == 0) {
    TRY_FILTERED(forbidden(), "A-073/listener-continues");
    _exit(0);
  }
  if (pid < 0) {
    TRY_FILTERED(forbidden(), "A-073/listener");
    return;
  }
  struct seccomp_notif note = {0};
  struct seccomp_notif_resp answer = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  struct pollfd ready = {fd, POLLIN, 0};
  if (poll(&ready, 1, 1000) == 1 && syscall(SYS_ioctl, fd, SECCOMP_IOCTL_NOTIF_RECV, &note) == 0) {
    answer.id = note.id;
    syscall(SYS_ioctl, fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  waitpid(pid, NULL, 0);
}

#ifdef __x86_64__
/* The tracee calls getppid; at its entry it becomes the forbidden call. */
static void rewrite(long options, const char* name) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) _exit(1);
    raise(SIGSTOP);
    long result = syscall(SYS_getppid, 0, SESSION_KEYRING, 0);
    report(result >= 0 || (errno != EPERM && errno != ENOSYS), errno, "A-073/%s", name);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, pid, 0, options) != 0) {
    report(0, errno, "A-073/%s/not-traced", name);
    kill(pid, SIGKILL);
    return;
  }
  while (ptrace(PTRACE_SYSCALL, pid, 0, 0) == 0 && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, pid, 0, &registers) != 0) break;
    if (registers.orig_rax == SYS_getppid) {
      registers.orig_rax = SYS_keyctl;
      ptrace(PTRACE_SETREGS, pid, 0, &registers);
    }
  }
}
static void traced(void) { rewrite(PTRACE_O_TRACESYSGOOD, "rewritten-by-tracer"); }
static void suspended(void) { rewrite(PTRACE_O_TRACESYSGOOD | SUSPEND_SECCOMP, "suspended-by-tracer"); }
#else
static void traced(void) {}
static void suspended(void) {}
#endif

static void tampering(void) {
  void (*const attacks[])(void) = {
      allow_all, log_all, speculate, synchronized, strict_mode, disabled_mode, lose_no_new_privileges,
      listener,  traced,  suspended};
  for (size_t index = 0; index < sizeof attacks / sizeof *attacks; index++) apart("A-073", attacks[index]);
}

static void clone_with(unsigned long flags, const char* name) {
  errno = 0;
  long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  report(pid > 0, errno, "A-074/clone/%s", name);
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
}
/* The kernel looks at 32 bits only, a filter may look at 64. */
static void truncation(void) {
  static const struct {
    unsigned long flag;
    const char* name;
  } flags[] = {{CLONE_NEWUSER, "user"},    {CLONE_NEWNS, "mount"}, {CLONE_NEWNET, "net"},
               {CLONE_NEWPID, "pid"},      {CLONE_NEWIPC, "ipc"},  {CLONE_NEWUTS, "uts"},
               {CLONE_NEWCGROUP, "cgroup"}};
  char name[32];
  for (size_t index = 0; index < sizeof flags / sizeof *flags; index++) {
    clone_with(flags[index].flag, flags[index].name);
    snprintf(name, sizeof name, "%s-high", flags[index].name);
    clone_with(flags[index].flag | HIGH, name);
  }
  TRY(syscall(SYS_socket, AF_VSOCK_NUMBER | HIGH, SOCK_STREAM, 0), "A-074/socket-vsock-high");
  TRY(syscall(SYS_socket, (long)AF_ALG | HIGH, SOCK_SEQPACKET, 0), "A-074/socket-alg-high");
  TRY(syscall(SYS_socket, (long)AF_PACKET | HIGH, SOCK_RAW, 0), "A-074/socket-packet-high");
  TRY(syscall(SYS_personality, 0x400000UL | HIGH), "A-074/personality-exec-high");
  TRY(syscall(SYS_personality, 0x40000UL | HIGH), "A-074/personality-aslr-high");
  TRY_FILTERED(syscall(SYS_ioctl, 0, 0x5412UL | HIGH, "x"), "A-074/tiocsti-high");
  TRY_FILTERED(syscall(SYS_ioctl, 0, 0x541cUL | HIGH, "x"), "A-074/tioclinux-high");
  TRY_FILTERED(syscall(SYS_keyctl | HIGH, 0, SESSION_KEYRING, 0), "A-074/number-high");
}

static void* thread(void* argument) { return argument; }

/* What must go on: glibc falls back from clone3 to clone. */
static void clone3_falls_back(void) {
  struct clone_args arguments = {.exit_signal = SIGCHLD, .flags = CLONE_NEWUSER};
  long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) _exit(0);
  report(pid > 0, errno, "A-070/clone3-user");
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  arguments.flags = 0;
  pid = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) _exit(0);
  report(pid >= 0 || errno != ENOSYS, errno, "A-070/clone3");
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  for (int round = 0; round < 20; round++) {
    pthread_t id;
    int failed = pthread_create(&id, NULL, thread, NULL);
    report(failed != 0, 0, "A-070/thread-not-created");
    if (!failed) pthread_join(id, NULL);
  }
}

int main(void) {
  refuse_on_host();
  unknown_numbers();
  other_abis();
  tampering();
  apart("A-074", truncation);
  apart("A-070", clone3_falls_back);
  puts("END");
  return 0;
}
