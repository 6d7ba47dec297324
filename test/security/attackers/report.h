/*
 * What an attacker tells its test: one line for each attempt, `ID open|blocked ERRNO [DETAIL]`. Written at
 * once, so that nothing of it is lost or doubled when a process forks or is killed.
 */
#ifndef ATTACKERS_REPORT_H
#define ATTACKERS_REPORT_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* The way that the attempts of now take: a part of their names. */
static char report_way[64] = "";

static UNUSED void report(int is_open, int error, const char* format, ...) {
  char id[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(id, sizeof id, format, arguments);
  va_end(arguments);
  dprintf(STDOUT_FILENO, "%s%s%s %s %d\n", id, report_way[0] ? "/" : "", report_way,
          is_open ? "open" : "blocked", is_open ? 0 : error);
}

/* For a call that fails with -1. */
#define TRY(call, ...)                                   \
  do {                                                   \
    errno = 0;                                           \
    long tried_result = (long)(call);                    \
    int tried_errno = errno;                             \
    report(tried_result >= 0, tried_errno, __VA_ARGS__); \
  } while (0)

/* A call that a filter refuses: every other error shows that the kernel's code has been reached. */
#define TRY_FILTERED(call, ...)                                                           \
  do {                                                                                    \
    errno = 0;                                                                            \
    long tried_result = (long)(call);                                                     \
    int tried_errno = errno;                                                              \
    int is_refused = tried_result < 0 && (tried_errno == EPERM || tried_errno == ENOSYS); \
    report(!is_refused, tried_errno, __VA_ARGS__);                                        \
  } while (0)

static void report_death(const char* id, int status) {
  if (WIFSIGNALED(status)) report(0, WTERMSIG(status), "%s/killed", id);
}

/* In a child: an attack that kills its process, or changes it, must not end the others. */
static UNUSED void apart(const char* id, void (*attack)(void)) {
  int status = 0;
  pid_t pid = fork();
  if (pid < 0) {
    report(0, errno, "%s/fork", id);
    return;
  }
  if (pid == 0) {
    alarm(20);
    attack();
    _exit(0);
  }
  if (waitpid(pid, &status, 0) == pid) report_death(id, status);
}

static UNUSED void write_text(int fd, const char* text, const char* id) {
  TRY(write(fd, text, strlen(text)), "%s", id);
}

/* Writes back what is there: shows that it could be changed, and changes nothing. */
static UNUSED int write_back(int directory, const char* path) {
  char value[4096];
  int in = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t got = in < 0 ? -1 : read(in, value, sizeof value);
  if (in >= 0) close(in);
  int out = openat(directory, path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (out < 0) return -1;
  if (got <= 0) {
    close(out);
    return 0; /* Only to be written to: that it opens is enough. */
  }
  ssize_t written = write(out, value, (size_t)got);
  int error = errno;
  close(out);
  errno = error;
  return written == got ? 0 : -1;
}

/* Some directory that can be written to, for mount points and files of our own. */
static UNUSED const char* scratch(void) {
  static const char* const candidates[] = {"/tmp", "/run", "/dev/shm", "/var/tmp", "/dev"};
  for (size_t index = 0; index < sizeof candidates / sizeof *candidates; index++)
    if (access(candidates[index], W_OK) == 0) return candidates[index];
  return "/tmp";
}

/* These programs are for containers: the first process namespace of a kernel has this name. */
static UNUSED void refuse_on_host(void) {
  char link[64] = "";
  if (readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0 && strcmp(link, "pid:[4026531836]") == 0) {
    fprintf(stderr, "not in a container\n");
    exit(3);
  }
}

#endif
