/*
 * Walks out of the root in every way that does not need a bug, and says which directories it has come to:
 * "WAY DEVICE:INODE" in decimal. The host knows its own.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attackable.h"

#define LEVELS 64

static void report(const char* way, const struct stat* status) {
  printf("%s %llu:%llu\n", way, (unsigned long long)status->st_dev, (unsigned long long)status->st_ino);
}

static void look(const char* way, const char* path) {
  struct stat status;
  if (stat(path, &status) == 0) report(way, &status);
}

static void climb(const char* way) {
  for (int level = 0; level < LEVELS; level++) {
    if (chdir("..") != 0) return;
    look(way, ".");
  }
}

static void plain(void) {
  if (chdir("/") == 0) climb("dot-dot");
}

/* A directory that stays open while the root becomes one below it. */
static void chroot_twice(void) {
  mkdir("/walk.d", 0700);
  int outer = open("/", O_RDONLY | O_DIRECTORY);
  if (chroot("/walk.d") != 0 || fchdir(outer) != 0) return;
  climb("chroot");
}

static void pivot(void) {
  if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return;
  if (chdir("/") != 0) return;
  mount("/", "/", NULL, MS_BIND | MS_REC, NULL);
  if (syscall(SYS_pivot_root, ".", ".") == 0) climb("pivot_root");
}

static void detach(void) {
  static const char* const mounts[] = {"/dev/pts", "/dev/shm", "/dev", "/sys", "/proc", "/"};
  for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
    if (umount2(mounts[i], MNT_DETACH) != 0) continue;
    look("umount", mounts[i]);
    if (chdir(mounts[i]) == 0) climb("umount");
  }
}

static void move(void) {
  mkdir("/walk.d", 0700);
  if (mount("/", "/walk.d", NULL, MS_MOVE, NULL) == 0) look("move", "/");
  int tree = (int)syscall(SYS_open_tree, AT_FDCWD, "/", 1 | AT_RECURSIVE);
  if (tree >= 0 && fchdir(tree) == 0) climb("open_tree");
}

static void look_at(const char* way, const char* process, const char* entry) {
  char path[512];
  snprintf(path, sizeof path, "/proc/%s/%s", process, entry);
  look(way, path);
  if (chdir(path) == 0) climb(way);
}

static void descriptors(const char* process) {
  char path[512];
  snprintf(path, sizeof path, "/proc/%s/fd", process);
  DIR* directory = opendir(path);
  for (struct dirent* entry; directory && (entry = readdir(directory));) {
    snprintf(path, sizeof path, "fd/%.16s", entry->d_name);
    if (entry->d_name[0] != '.') look_at("descriptor", process, path);
  }
  if (directory) closedir(directory);
}

static void processes(void) {
  DIR* directory = opendir("/proc");
  for (struct dirent* entry; directory && (entry = readdir(directory));) {
    if (atoi(entry->d_name) == 0) continue;
    look_at("root", entry->d_name, "root");
    look_at("cwd", entry->d_name, "cwd");
    look_at("task", entry->d_name, "task/1/root");
    descriptors(entry->d_name);
  }
  if (directory) closedir(directory);
}

/* What an inherited directory leads to. */
static void inherited(void) {
  for (int fd = 0; fd < 1024; fd++) {
    if (fchdir(fd) == 0) climb("inherited");
  }
}

int main(void) {
  only_in_a_container();
  static void (*const ways[])(void) = {inherited, plain, processes, chroot_twice, pivot, move, detach};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (fork() == 0) {
      ways[i]();
      fflush(stdout);
      _exit(0);
    }
    wait(NULL);
  }
  puts("end 0:0");
  return 0;
}
