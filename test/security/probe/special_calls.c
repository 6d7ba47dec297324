// sc.*: system calls that need more than a list of arguments.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

struct clone_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

static struct outcome judge_child(const char* name, long pid) {
  if (pid == 0) _exit(0);
  struct outcome outcome = judge_call(name, pid);
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  return outcome;
}

static struct outcome clone_flags(const struct probe* probe) {
  return judge_child("clone", syscall(SYS_clone, probe->numbers[0] | SIGCHLD, 0, 0, 0, 0));
}

// Bits that the kernel ignores, and a filter may stumble over: a way around what is shut, or nothing new.
static struct outcome clone_flags_with_high_bits(const struct probe* probe) {
  if (clone_flags(probe).verdict == OPEN) return blocked("open without them, too");
  return judge_child("clone", syscall(SYS_clone, probe->numbers[0] | 1L << 40 | SIGCHLD, 0, 0, 0, 0));
}

static struct outcome clone3_flags(const struct probe* probe) {
  struct clone_arguments arguments = {.flags = (uint64_t)probe->numbers[0], .exit_signal = SIGCHLD};
  return judge_child("clone3", syscall(SYS_clone3, &arguments, sizeof arguments));
}

// Into the namespace that the process is in anyway.
static struct outcome join_own_namespace(const struct probe* probe) {
  int fd = open(probe->subject, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return judge_open(probe->subject, fd);
  return judge_call("setns", syscall(SYS_setns, fd, 0));
}

static struct outcome compare_files(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 1, 1));
}

static struct outcome copy_descriptor(const struct probe* probe) {
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (self < 0) return judge_call("pidfd_open", self);
  return judge_call(probe->subject, syscall(SYS_pidfd_getfd, self, 1, 0));
}

static struct outcome advise_own_memory(const struct probe* probe) {
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (self < 0) return judge_call("pidfd_open", self);
  void* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct iovec range = {page, 4096};
  return judge_call(probe->subject, syscall(SYS_process_madvise, self, &range, 1, MADV_COLD, 0));
}

// Number: the system call, which reads or writes the process's own memory through its id.
static struct outcome copy_own_memory(const struct probe* probe) {
  char from = 1, to = 0;
  struct iovec local = {&to, 1}, remote = {&from, 1};
  return judge_call(probe->subject, syscall(probe->numbers[0], getpid(), &local, 1, &remote, 1, 0));
}

static struct outcome splice_memory(const struct probe* probe) {
  int ends[2];
  char byte = 0;
  struct iovec range = {&byte, 1};
  if (pipe2(ends, O_CLOEXEC) != 0) return not_applicable("no pipe: %s", error_name());
  return judge_call(probe->subject, syscall(SYS_vmsplice, ends[1], &range, 1, 0));
}

// Without a terminal there is nothing to hang up.
static struct outcome hang_up_nothing(const struct probe* probe) {
  setsid();
  return judge_call(probe->subject, syscall(SYS_vhangup));
}

// A terminal of its own; without an address, nothing is typed into it. Number: the ioctl.
static struct outcome type_into_own_terminal(const struct probe* probe) {
  setsid();
  int leader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  int unlocked = 0;
  if (leader < 0 || ioctl(leader, TIOCSPTLCK, &unlocked) != 0) return not_applicable("no terminal");
  int terminal = ioctl(leader, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  if (terminal < 0) return not_applicable("no terminal: %s", error_name());
  ioctl(terminal, TIOCSCTTY, 0);
  int result = ioctl(terminal, (unsigned long)probe->numbers[0], NULL);
  // EIO: the kernel has been told not to do this any more.
  if (result != 0 && errno == EIO) return blocked("EIO");
  return judge_call("ioctl", result);
}

// Below zero needs CAP_SYS_RESOURCE on the host: what can do it is the last to be killed when memory ends.
static struct outcome lower_oom_score(const struct probe* probe) {
  char text[32];
  if (read_text("/proc/self/oom_score_adj", text, sizeof text) <= 0) return not_applicable("unreadable");
  int fd = open(probe->subject, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return judge_open(probe->subject, fd);
  int length = snprintf(text, sizeof text, "%d", atoi(text) - 1);
  return judge_call("write", write(fd, text, (size_t)length));
}

// Number: what to ask for with the 32-bit table of system calls, which filters for one table don't see.
static struct outcome call_32_bit(const struct probe* probe) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(probe->numbers[0]), "b"(0), "c"(0), "d"(0)
                   : "r8", "r9", "r10", "r11", "memory");
  errno = (int)-result;
  return open_if(result >= 0, result >= 0 ? "done" : error_name());
#else
  (void)probe;
  return not_applicable("no such table on this machine");
#endif
}

static const struct probe rows[] = {
    {"sc.clone_newuser", clone_flags, "clone", {CLONE_NEWUSER}},
    {"sc.clone_newuser_high_bits", clone_flags_with_high_bits, "clone", {CLONE_NEWUSER}},
    {"sc.clone3_newuser", clone3_flags, "clone3", {CLONE_NEWUSER}},
    {"sc.setns", join_own_namespace, "/proc/self/ns/uts", {0}},
    {"sc.kcmp", compare_files, "kcmp", {0}},
    {"sc.pidfd_getfd", copy_descriptor, "pidfd_getfd", {0}},
    {"sc.process_madvise", advise_own_memory, "process_madvise", {0}},
    {"sc.process_vm_readv", copy_own_memory, "process_vm_readv", {SYS_process_vm_readv}},
    {"sc.process_vm_writev", copy_own_memory, "process_vm_writev", {SYS_process_vm_writev}},
    {"sc.vmsplice", splice_memory, "vmsplice", {0}},
    {"sc.vhangup", hang_up_nothing, "vhangup", {0}},
    {"sc.ioctl_tiocsti", type_into_own_terminal, NULL, {TIOCSTI}},
    {"sc.ioctl_tioclinux", type_into_own_terminal, NULL, {TIOCLINUX}},
    {"sc.oom_score_below_zero", lower_oom_score, "/proc/self/oom_score_adj", {0}},
    {"sc.int80_getpid", call_32_bit, NULL, {20}},
};
const struct table kSpecialCalls = TABLE(rows);
