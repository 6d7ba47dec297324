/*
 * Looks into every process that comes, from before it executes anything: `watch FILE`, until FILE exists.
 * Prints "WAY DEVICE:INODE" for directories it reaches through them, and "descriptor NUMBER LINK" for what
 * they have open.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attackable.h"
#include "newest.h"

static void look(const char* way, int pid, const char* entry) {
  char path[128];
  struct stat status;
  snprintf(path, sizeof path, "/proc/%d/%s", pid, entry);
  if (stat(path, &status) != 0) return;
  printf("%s %llu:%llu\n", way, (unsigned long long)status.st_dev, (unsigned long long)status.st_ino);
}

static void descriptor(int pid, const char* number) {
  char path[128], link[512];
  snprintf(path, sizeof path, "/proc/%d/fd/%.16s", pid, number);
  ssize_t length = readlink(path, link, sizeof link - 1);
  if (length < 0) return;
  link[length] = 0;
  printf("descriptor %s %s\n", number, link);
  snprintf(path, sizeof path, "fd/%.16s", number);
  look("through", pid, path);
  snprintf(path, sizeof path, "fd/%.16s/..", number);
  look("through", pid, path);
}

static void inspect(int pid) {
  char path[64];
  look("root", pid, "root");
  look("root", pid, "root/..");
  look("cwd", pid, "cwd");
  look("cwd", pid, "cwd/..");
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR* directory = opendir(path);
  for (struct dirent* entry; directory && (entry = readdir(directory));) {
    if (entry->d_name[0] != '.') descriptor(pid, entry->d_name);
  }
  if (directory) closedir(directory);
}

static void seize(int pid) {
  int status;
  if (ptrace(PTRACE_SEIZE, pid, 0, 0) != 0) return;
  ptrace(PTRACE_INTERRUPT, pid, 0, 0);
  if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) inspect(pid);
  ptrace(PTRACE_DETACH, pid, 0, 0);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  only_in_a_container();
  int seen = last_pid();
  puts("ready");
  fflush(stdout);
  while (access(argv[1], F_OK) != 0) {
    for (int pid = seen + 1; pid <= seen + 2; pid++) {
      inspect(pid);
      seize(pid);
    }
    for (int last = last_pid(); seen < last; seen++) inspect(seen + 1);
  }
  printf("looked at %d\n", seen);
  return 0;
}
