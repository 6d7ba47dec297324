/* as much as can be had of what all containers share, held for some seconds. One line tells how much
 * it was. */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "report.h"

#define PIPE_BYTES (1 << 20)

static const char* kind;

static int take_fd(void) {
  if (strcmp(kind, "pty") == 0) {
    int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    return fd < 0 ? open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC) : fd;
  }
  if (strcmp(kind, "inotify") == 0) return inotify_init1(IN_CLOEXEC);
  if (strcmp(kind, "files") == 0) return open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (strcmp(kind, "memfd") == 0) return (int)syscall(SYS_memfd_create, "attack", 1);
  if (strcmp(kind, "sockets") == 0) return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (strcmp(kind, "pipes") == 0) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    return ends[0];
  }
  errno = EINVAL;
  return -1;
}

static int take_name(int number) {
  char path[64];
  if (strcmp(kind, "dentries") == 0) {
    snprintf(path, sizeof path, "/tmp/attack-%d-%d", getpid(), number);
    return access(path, F_OK) != 0 ? 0 : 0;
  }
  if (strcmp(kind, "inodes") == 0) {
    snprintf(path, sizeof path, "/tmp/attack-%d-%d", getpid(), number);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
    return fd < 0 ? -1 : 0;
  }
  if (strcmp(kind, "mounts") == 0) return mount("/tmp", "/mnt", NULL, MS_BIND, NULL);
  if (strcmp(kind, "namespaces") == 0) return unshare(CLONE_NEWNET);
  if (strcmp(kind, "processes") == 0) {
    pid_t pid = fork();
    if (pid != 0) return pid < 0 ? -1 : 0;
    for (;;) pause();
  }
  if (strcmp(kind, "memory") == 0) {
    void* page = mmap(NULL, PIPE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return -1;
    memset(page, 1, PIPE_BYTES);
    return 0;
  }
  errno = EINVAL;
  return -1;
}

static int is_of_names(void) {
  static const char* const names[] = {"dentries", "inodes", "mounts", "namespaces", "processes", "memory"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (strcmp(names[index], kind) == 0) return 1;
  return 0;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Tries on when there is no more: somebody may have let go. */
static void take(double until) {
  int taken = 0, error = 0;
  while (now() < until) {
    if ((is_of_names() ? take_name(taken) : take_fd()) >= 0) {
      taken++;
      continue;
    }
    error = errno;
    poll(NULL, 0, 10);
  }
  dprintf(STDOUT_FILENO, "TAKEN %s %d %d\n", kind, taken, error);
}

/* exhaust KIND SECONDS [PROCESSES]: a limit of each process is no limit for many. */
int main(int argc, char** argv) {
  refuse_on_host();
  if (argc < 3) return 2;
  kind = argv[1];
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  setpgid(0, 0);
  double until = now() + atof(argv[2]);
  for (int processes = argc > 3 ? atoi(argv[3]) : 1; processes > 1; processes--)
    if (fork() == 0) {
      take(until);
      _exit(0);
    }
  take(until);
  usleep(100 * 1000); /* The others tell theirs. */
  puts("END");
  fflush(stdout);
  kill(0, SIGKILL);
  return 0;
}
