/* What root inside of a container may try against a command that is being run in it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define FORKED_NO_EXEC 0x40

static unsigned long long host_device, host_root, allowed;
static int looked_at, before_exec;

static void say(const char* what, int pid, const char* detail) {
  printf("%s %d %s\n", what, pid, detail);
  fflush(stdout);
}

static int last_pid(void) {
  int pid = 0;
  FILE* file = fopen("/proc/loadavg", "re");
  if (fscanf(file, "%*s %*s %*s %*s %d", &pid) != 1) pid = 0;
  fclose(file);
  return pid;
}

static int is_host(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_dev == host_device && status.st_ino == host_root;
}

static void try_path(int pid, const char* path) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  looked_at++;
  if (is_host(fd)) say("HOST-ROOT", pid, path);
  close(fd);
}

static void try_paths(int pid) {
  char path[64];
  static const char* const links[] = {"root", "cwd", "root/..", "cwd/.."};
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, links[i]);
    try_path(pid, path);
  }
  for (int fd = 0; fd < 32; fd++) {
    snprintf(path, sizeof path, "/proc/%d/fd/%d/..", pid, fd);
    try_path(pid, path);
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    try_path(pid, path);
  }
}

static void check_capabilities(int pid) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE* file = fopen(path, "re");
  if (!file) return;
  while (fgets(line, sizeof line, file)) {
    unsigned long long held = 0;
    if (sscanf(line, "Cap%*3s: %llx", &held) == 1 && (held & ~allowed)) say("CAPABILITY", pid, line);
  }
  fclose(file);
}

static int has_not_execed(int pid) {
  char path[64], text[1024];
  unsigned flags = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  if (got <= 0) return 0;
  text[got] = 0;
  if (sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) != 1) return 0;
  return (flags & FORKED_NO_EXEC) != 0;
}

/* A socket's peer, as a pidfd, leads into the namespaces and to the descriptors of a process outside. */
static void try_peer(int pid, int fd) {
  int peer = -1;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &peer, &size) != 0) return;
  if (fork() == 0) {
    if (setns(peer, CLONE_NEWNS) == 0) say("HOST-NAMESPACE", pid, "through the peer of a socket");
    _exit(0);
  }
  wait(NULL);
  for (int number = 0; number < 32; number++) {
    int stolen = (int)syscall(SYS_pidfd_getfd, peer, number, 0);
    if (stolen < 0) continue;
    say("PEER-DESCRIPTOR", pid, "of the peer of a socket");
    close(stolen);
  }
  close(peer);
}

static void check_descriptors(int pid) {
  char path[64], link[256];
  int is_ours = has_not_execed(pid);
  int pipes = 0;
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR* directory = opendir(path);
  for (struct dirent* entry; directory && (entry = readdir(directory));) {
    int fd = atoi(entry->d_name);
    if (fd < 3) continue;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    ssize_t got = readlink(path, link, sizeof link - 1);
    if (got < 0) continue;
    link[got] = 0;
    if (is_ours && (strncmp(link, "pipe:", 5) != 0 || ++pipes > 1)) say("DESCRIPTOR", pid, link);
    int stolen = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    if (stolen < 0) continue;
    if (is_host(stolen)) say("HOST-ROOT", pid, "stolen");
    try_peer(pid, stolen);
    close(stolen);
  }
  if (directory) closedir(directory);
  close(pidfd);
}

static int seize(int pid) {
  int status;
  if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) != 0) return 0;
  return ptrace(PTRACE_INTERRUPT, pid, 0, 0) == 0 && waitpid(pid, &status, __WALL) == pid &&
         WIFSTOPPED(status);
}

static void look_into(int pid) {
  if (has_not_execed(pid)) before_exec++;
  check_capabilities(pid);
  check_descriptors(pid);
  try_paths(pid);
}

/* Up to the call of execve, and no further. */
static int run_until_exec(int pid) {
  for (int status; has_not_execed(pid);) {
    struct __ptrace_syscall_info call = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call) > 0 &&
        call.op == PTRACE_SYSCALL_INFO_ENTRY && call.entry.nr == SYS_execve)
      return 1;
    if (ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
      return 0;
  }
  return 0;
}

static void on_next(void (*action)(int pid)) {
  int seen = last_pid();
  say("ready", getpid(), "");
  while (access("/run/stop", F_OK) != 0) {
    for (int pid = seen + 1; pid <= seen + 2; pid++) action(pid);
    for (int last = last_pid(); seen < last; seen++) action(seen + 1);
  }
  char summary[64];
  snprintf(summary, sizeof summary, "%d before exec, %d paths", before_exec, looked_at);
  say("done", getpid(), summary);
}

static void watch(int pid) {
  try_paths(pid);
  check_capabilities(pid);
}

static void inspect(int pid) {
  if (pid == getpid() || !seize(pid)) return;
  look_into(pid);
  if (run_until_exec(pid)) look_into(pid);
  ptrace(PTRACE_DETACH, pid, 0, 0);
}

static void strike(int pid) {
  if (pid == getpid() || !seize(pid)) return;
  if (run_until_exec(pid)) {
    before_exec++;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, __WALL);
    say("struck", pid, "");
  } else {
    ptrace(PTRACE_DETACH, pid, 0, 0);
  }
}

static void hold(int pid) {
  say(ptrace(PTRACE_SEIZE, pid, 0, 0) == 0 ? "held" : "not held", pid, strerror(errno));
  for (;;) pause();
}

/* Whoever opens the file waits for as long as we live. */
static void gate(const char* path) {
  struct fanotify_event_metadata event;
  int fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY);
  if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, path) != 0) {
    say("unsupported", getpid(), strerror(errno));
    exit(1);
  }
  say("ready", getpid(), "");
  if (read(fd, &event, sizeof event) > 0) say("waiting", event.pid, "");
  for (;;) pause();
}

int main(int argc, char** argv) {
  if (argc == 5) {
    host_device = strtoull(argv[2], NULL, 10);
    host_root = strtoull(argv[3], NULL, 10);
    allowed = strtoull(argv[4], NULL, 16);
  }
  if (strcmp(argv[1], "watch") == 0) on_next(watch);
  if (strcmp(argv[1], "inspect") == 0) on_next(inspect);
  if (strcmp(argv[1], "strike") == 0) on_next(strike);
  if (strcmp(argv[1], "hold") == 0) hold(atoi(argv[2]));
  if (strcmp(argv[1], "gate") == 0) gate(argv[2]);
  return 0;
}
