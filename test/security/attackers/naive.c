/*
 * The step of a careless runtime, for teeth checks: looks at a path, then uses the path again. Works in a
 * mount namespace of its own, so that nothing it mounts is seen anywhere else. Prints 1 when a second use has
 * ended outside of the folder it was meant for.
 *   naive mount|create|bind|options|cwd FOLDER PATH ROUNDS [SOURCE]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_SECONDS 20

static const char *folder, *path, *source;

static int is_outside(const char* place) {
  size_t length = strlen(folder);
  return strncmp(place, folder, length) != 0 || (place[length] != '/' && place[length] != 0);
}

static int link_is_outside(int fd) {
  char link[64], place[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, place, sizeof place - 1);
  if (length < 0) return 0;
  place[length] = 0;
  return is_outside(place);
}

static int has_type(const char* name, mode_t type) {
  struct stat status;
  return lstat(name, &status) == 0 && (status.st_mode & S_IFMT) == type;
}

/* The mount point of the newest mount of this namespace. */
static int last_mount(char* point) {
  char line[8192];
  FILE* table = fopen("/proc/self/mountinfo", "re");
  int found = 0;
  while (table && fgets(line, sizeof line, table)) {
    if (sscanf(line, "%*d %*d %*s %*s %4095s", point) == 1) found = 1;
  }
  if (table) fclose(table);
  return found;
}

static int mount_once(int is_checked) {
  char point[4096];
  if (is_checked && !has_type(path, S_IFDIR)) return 0;
  if (mount("none", path, "tmpfs", 0, "size=4k") != 0 || !last_mount(point)) return 0;
  int escaped = is_outside(point);
  umount2(point, MNT_DETACH);
  return escaped;
}

static int create_once(int is_checked) {
  char parent[4096];
  snprintf(parent, sizeof parent, "%s", path);
  *strrchr(parent, '/') = 0;
  if (is_checked && !has_type(parent, S_IFDIR)) return 0;
  int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return 0;
  int escaped = link_is_outside(fd);
  char place[64], real[4096];
  snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(place, real, sizeof real - 1);
  if (length > 0) {
    real[length] = 0;
    unlink(real);
  }
  close(fd);
  return escaped;
}

/* What is bound over PATH was a character device when it was looked at. */
static int bind_once(int is_checked) {
  if (is_checked && !has_type(source, S_IFCHR)) return 0;
  if (mount(source, path, NULL, MS_BIND, NULL) != 0) return 0;
  int escaped = !has_type(path, S_IFCHR);
  umount2(path, MNT_DETACH);
  return escaped;
}

/* One string of options: a name with a colon is two layers, the second relative to where we are. */
static int options_once(void) {
  char data[8192], inside[8192];
  snprintf(data, sizeof data, "lowerdir=%s/a:.", folder);
  snprintf(inside, sizeof inside, "%s/file", path);
  if (chdir(source) != 0 || mount("none", path, "overlay", MS_RDONLY, data) != 0) return 0;
  return access(inside, F_OK) == 0;
}

/* A descriptor of the host is open while the working directory is chosen. */
static int cwd_once(void) {
  char name[64], directory[4096];
  int leaked = open("/", O_PATH | O_DIRECTORY);
  if (mount("none", path, "proc", 0, NULL) != 0 || chroot(folder) != 0) return 0;
  snprintf(name, sizeof name, "/proc/self/fd/%d", leaked);
  if (chdir(name) != 0) return 0;
  return syscall(SYS_getcwd, directory, sizeof directory) > 0 && directory[0] != '/';
}

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  folder = argv[2];
  path = argv[3];
  source = argc > 5 ? argv[5] : "";
  int rounds = atoi(argv[4]), escaped = 0;
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return 1;
  time_t end = time(NULL) + LIMIT_SECONDS;
  for (int round = 0; round < rounds && escaped == 0 && time(NULL) < end; round++) {
    if (strcmp(argv[1], "mount") == 0) escaped += mount_once(rounds > 1);
    if (strcmp(argv[1], "create") == 0) escaped += create_once(rounds > 1);
    if (strcmp(argv[1], "bind") == 0) escaped += bind_once(rounds > 1);
    if (strcmp(argv[1], "options") == 0) escaped += options_once();
    if (strcmp(argv[1], "cwd") == 0) escaped += cwd_once();
  }
  printf("%d\n", escaped);
  return 0;
}
