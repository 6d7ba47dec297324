/*
 * A process under a seccomp filter. The filter is a file of struct sock_filter, loaded as a container would
 * have it.
 *
 *   seccomp-subject run FILTER PROGRAM ARG...   executes a program under it
 *   seccomp-subject try FILTER CASES RESULTS    finds the filter's verdict about each call
 *
 * CASES holds structs of a number and six arguments. A second filter sends whatever the first lets pass to a
 * tracer, which skips it: the kernel decides about each call, and not one of them is carried out. RESULTS
 * gets one number per case: PASSED, KILLED or the negative errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSED 1000001
#define KILLED 1000002
#define FAILED 1000003
#define INT80 ((int64_t)1 << 40)

struct call {
  int64_t number;
  uint64_t args[6];
};

struct shared {
  size_t next;
  int64_t results[];
};

static void* map_file(const char* path, size_t* size) {
  struct stat stats;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &stats) < 0) exit(90);
  *size = stats.st_size;
  void* data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) exit(91);
  return data;
}

static void load(struct sock_filter* filter, size_t bytes) {
  struct sock_fprog program = {.len = bytes / sizeof(struct sock_filter), .filter = filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) exit(92);
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) exit(93);
}

/* All to the tracer: where two filters differ, the more severe verdict holds. */
static struct sock_filter trace_all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)};

#ifdef __x86_64__
static int64_t make_call(const struct call* call) {
  int64_t result;
  if (call->number >= INT80) {
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(call->number - INT80), "b"(call->args[0]), "c"(call->args[1]), "d"(call->args[2])
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
  }
  register uint64_t r10 __asm__("r10") = call->args[3];
  register uint64_t r8 __asm__("r8") = call->args[4];
  register uint64_t r9 __asm__("r9") = call->args[5];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(call->number), "D"(call->args[0]), "S"(call->args[1]), "d"(call->args[2]), "r"(r10),
                     "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static void skip_call(pid_t pid) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) < 0) exit(94);
  registers.orig_rax = -1;
  registers.rax = PASSED;
  if (ptrace(PTRACE_SETREGS, pid, NULL, &registers) < 0) exit(95);
}
#else
#error "for x86_64 only"
#endif

static void subject(struct sock_filter* filter, size_t bytes, const struct call* calls, size_t count,
                    struct shared* shared) {
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) exit(96);
  raise(SIGSTOP);
  load(filter, bytes);
  load(trace_all, sizeof trace_all);
  while (shared->next < count) {
    size_t at = shared->next;
    shared->results[at] = make_call(&calls[at]);
    shared->next = at + 1;
  }
  for (;;) __asm__ volatile("ud2");
}

/* Returns the signal that ended the subject. */
static int trace(pid_t pid) {
  int status;
  waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status)) exit(WIFEXITED(status) ? WEXITSTATUS(status) : 97);
  ptrace(PTRACE_SETOPTIONS, pid, NULL, (void*)(PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL));
  for (int signal = 0;;) {
    ptrace(PTRACE_CONT, pid, NULL, (void*)(intptr_t)signal);
    if (waitpid(pid, &status, 0) < 0) exit(98);
    if (WIFSIGNALED(status)) return WTERMSIG(status);
    if (WIFEXITED(status)) exit(WEXITSTATUS(status));
    int event = status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
    if (event) skip_call(pid);
    signal = event ? 0 : WSTOPSIG(status);
  }
}

static int try_all(char** argv) {
  size_t filter_bytes, call_bytes;
  struct sock_filter* filter = map_file(argv[2], &filter_bytes);
  const struct call* calls = map_file(argv[3], &call_bytes);
  size_t count = call_bytes / sizeof *calls;
  size_t bytes = sizeof(struct shared) + count * sizeof(int64_t);
  struct shared* shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 89;
  while (shared->next < count) {
    pid_t pid = fork();
    if (pid == 0) subject(filter, filter_bytes, calls, count, shared);
    int signal = trace(pid);
    if (shared->next < count) shared->results[shared->next++] = signal == SIGSYS ? KILLED : FAILED;
  }
  FILE* out = fopen(argv[4], "w");
  if (out == NULL || fwrite(shared->results, sizeof(int64_t), count, out) != count) return 88;
  return fclose(out) == 0 ? 0 : 87;
}

int main(int argc, char** argv) {
  if (argc == 5 && strcmp(argv[1], "try") == 0) return try_all(argv);
  if (argc < 4 || strcmp(argv[1], "run") != 0) return 86;
  size_t bytes;
  struct sock_filter* filter = map_file(argv[2], &bytes);
  load(filter, bytes);
  execv(argv[3], argv + 3);
  return 85;
}
