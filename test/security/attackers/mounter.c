/* Mounts what has given setuid files or kernel memory to attackers before; prints the names of what it could
 * mount. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attackable.h"

static void got(const char* way, const char* what) { printf("%s %s\n", way, what); }

static void overlay(const char* way) {
  mkdir("/m", 0755);
  mount("none", "/m", "tmpfs", 0, NULL);
  static const char* const names[] = {"/m/l", "/m/u", "/m/w", "/m/o"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) mkdir(names[i], 0755);
  if (mount("none", "/m/o", "overlay", 0, "lowerdir=/m/l,upperdir=/m/u,workdir=/m/w") == 0)
    got(way, "overlay");
}

static void fuse(const char* way) {
  char options[64];
  mknod("/m/fuse", S_IFCHR | 0600, makedev(10, 229));
  int fd = open("/dev/fuse", O_RDWR);
  if (fd < 0) fd = open("/m/fuse", O_RDWR);
  if (fd < 0) return;
  got(way, "open-fuse");
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
  if (mount("none", "/m", "fuse", 0, options) == 0) got(way, "fuse");
}

static void new_mount(const char* way, const char* type) {
  int context = fsopen(type, 0);
  if (context < 0) return;
  fsconfig(context, FSCONFIG_SET_STRING, "source", "none", 0);
  if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) return;
  if (fsmount(context, 0, 0) >= 0) got(way, type);
}

static void others(const char* way) {
  static const char* const types[] = {"tmpfs",   "proc",    "sysfs",      "devpts", "mqueue",   "cgroup2",
                                      "debugfs", "tracefs", "securityfs", "bpf",    "devtmpfs", "ramfs"};
  mkdir("/m", 0755);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (mount("none", "/m", types[i], 0, NULL) == 0) got(way, types[i]);
    new_mount(way, types[i]);
  }
}

static void disk(const char* way) {
  static const unsigned majors[] = {8, 252, 253, 254, 7};
  for (size_t i = 0; i < sizeof majors / sizeof *majors; i++) {
    unlink("/disk");
    if (mknod("/disk", S_IFBLK | 0600, makedev(majors[i], 0)) != 0) continue;
    int fd = open("/disk", O_RDONLY);
    if (fd >= 0) got(way, "open-disk");
  }
}

static void all(const char* way) {
  overlay(way);
  fuse(way);
  others(way);
  disk(way);
}

int main(void) {
  only_in_a_container();
  all("plain");
  if (fork() == 0) {
    if (unshare(CLONE_NEWNS) == 0) all("unshared");
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  if (fork() == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) all("nested");
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  puts("end");
  return 0;
}
