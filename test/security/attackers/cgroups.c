/*
 * control groups. Files of other groups are only opened, or written back as they are; the
 * attacker's own process is what it moves about.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "report.h"

static int writable;
static const char* tree_name = "given";

static int is_own_to_change(const char* name) {
  /* A tree of its own for its service manager, without any resource in it. */
  static const char* const names[] = {"cgroup.procs",          "tasks",          "notify_on_release",
                                      "cgroup.clone_children", "cgroup.threads", "cgroup.subtree_control"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (strcmp(names[index], name) == 0) return 1;
  return 0;
}

/* These take orders: only opened. */
static int takes_orders(const char* name) {
  static const char* const names[] = {
      "cgroup.kill",          "cgroup.freeze",      "freezer.state",  "devices.allow", "devices.deny",
      "cgroup.event_control", "memory.force_empty", "memory.reclaim", "cgroup.procs",  "tasks",
      "cgroup.threads"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++)
    if (strcmp(names[index], name) == 0) return 1;
  return 0;
}

static int try_file(const char* path, const struct stat* status, int type, struct FTW* walk) {
  const char* name = path + walk->base;
  if (type != FTW_F || !S_ISREG(status->st_mode) || (status->st_mode & 0222) == 0) return 0;
  int fd = -1, result = 0;
  if (takes_orders(name)) {
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    result = fd < 0 ? -1 : 0;
  } else {
    result = write_back(AT_FDCWD, path);
  }
  int error = errno;
  if (fd >= 0) close(fd);
  writable += result == 0;
  report(result == 0, error, "%s/%s/%s", is_own_to_change(name) ? "A-059" : "A-061", tree_name, name);
  return 0;
}

static int try_group(const char* path, const struct stat* status, int type, struct FTW* walk) {
  (void)status;
  (void)walk;
  if (type != FTW_D) return 0;
  char file[512], text[32];
  snprintf(file, sizeof file, "%s/cgroup.procs", path);
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  int length = snprintf(text, sizeof text, "%d", getpid());
  report(fd >= 0 && write(fd, text, (size_t)length) == length, errno, "A-059/%s/move-self", tree_name);
  if (fd >= 0) close(fd);
  snprintf(file, sizeof file, "%s/attack-%d", path, getpid());
  int made = mkdir(file, 0755);
  report(made == 0, errno, "A-060/%s/mkdir", tree_name);
  if (made == 0) rmdir(file);
  return 0;
}

static void walk_tree(const char* path) {
  nftw(path, try_file, 16, FTW_PHYS);
  nftw(path, try_group, 16, FTW_PHYS | FTW_DEPTH);
}

static void given(void) {
  tree_name = "given";
  walk_tree("/sys/fs/cgroup");
  TRY(write_back(AT_FDCWD, "/sys/fs/cgroup/../cgroup/release_agent"), "A-058/given/release_agent");
  TRY(open("/sys/fs/cgroup/../../../sys/fs/cgroup/../cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC),
      "A-059/given/root-procs");
}

static void remounted(void) {
  static const char* const points[] = {"/sys/fs/cgroup",         "/sys/fs/cgroup/unified",
                                       "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/memory",
                                       "/sys/fs/cgroup/devices", "/sys"};
  tree_name = "remounted";
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  for (size_t index = 0; index < sizeof points / sizeof *points; index++)
    TRY(mount("none", points[index], NULL, MS_REMOUNT | MS_BIND, NULL), "A-060/remount%s", points[index]);
  walk_tree("/sys/fs/cgroup");
}

static void try_mounts(void) {
  static const char* const controllers[] = {"memory",
                                            "devices",
                                            "pids",
                                            "cpu",
                                            "cpuset",
                                            "freezer",
                                            "blkio",
                                            "cpuacct",
                                            "none,name=systemd",
                                            "none,name=attack",
                                            "misc"};
  char point[64];
  snprintf(point, sizeof point, "%s/.cgroup-%d", scratch(), getpid());
  mkdir(point, 0700);
  for (size_t index = 0; index < sizeof controllers / sizeof *controllers; index++) {
    int mounted = mount("attack", point, "cgroup", 0, controllers[index]);
    /* That it can be mounted is no harm: what can be written in it is. */
    if (mounted != 0) report(0, errno, "A-058/%s/%s", tree_name, controllers[index]);
    if (mounted != 0) continue;
    char file[128];
    snprintf(file, sizeof file, "%s/release_agent", point);
    TRY(write_back(AT_FDCWD, file), "A-058/%s/%s/release_agent", tree_name, controllers[index]);
    walk_tree(point);
    umount2(point, MNT_DETACH);
  }
  if (mount("attack", point, "cgroup2", 0, NULL) != 0) {
    report(0, errno, "A-058/%s/cgroup2", tree_name);
    return;
  }
  walk_tree(point);
  umount2(point, MNT_DETACH);
}

static void private_mounts(void) {
  if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}
static void new_mounts(void) {
  tree_name = "new-mount";
  private_mounts();
  try_mounts();
}
static void new_namespace(void) {
  tree_name = "new-cgroup-namespace";
  if (unshare(CLONE_NEWCGROUP) != 0) report(0, errno, "A-059/new-cgroup-namespace");
  private_mounts();
  try_mounts();
}
static void nested(void) {
  tree_name = "nested-user";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP) != 0) report(0, errno, "A-058/nested-user");
  try_mounts();
}
static void of_init(void) {
  tree_name = "of-init";
  int fd = open("/proc/1/ns/cgroup", O_RDONLY | O_CLOEXEC);
  if (setns(fd, CLONE_NEWCGROUP) != 0) report(0, errno, "A-059/namespace-of-init");
  private_mounts();
  try_mounts();
}

/* Values that would be accepted, and nonsense, into whatever opens below its own group. */
static int scribble_file(const char* path, const struct stat* status, int type, struct FTW* walk) {
  static const char* const texts[] = {"max",    "-1",        "9223372036854771712", "0",
                                      "100000", "a *:* rwm", "+memory +pids",       "threaded",
                                      "1",      "\xff\xfe"};
  const char* name = path + walk->base;
  if (type != FTW_F || (status->st_mode & 0222) == 0 || strcmp(name, "cgroup.kill") == 0 ||
      strcmp(name, "cgroup.freeze") == 0)
    return 0;
  if (strcmp(name, "freezer.state") == 0 || is_own_to_change(name)) return 0;
  for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t written = fd < 0 ? -1 : write(fd, texts[index], strlen(texts[index]));
    report(written > 0, errno, "A-061/scribble/%s", name);
    if (fd >= 0) close(fd);
  }
  return 0;
}
static void scribble(void) { nftw("/sys/fs/cgroup", scribble_file, 16, FTW_PHYS); }

int main(int argc, char** argv) {
  refuse_on_host();
  if (argc < 2) return 2;
  if (strcmp(argv[1], "all") == 0) {
    apart("A-059/given", given);
    apart("A-060/remounted", remounted);
    apart("A-058/new-mounts", new_mounts);
    apart("A-058/new-namespace", new_namespace);
    apart("A-058/nested", nested);
    apart("A-059/of-init", of_init);
  }
  /* Not where the groups of others are to be seen. */
  if (strcmp(argv[1], "scribble") == 0) apart("A-061/scribble", scribble);
  puts("END");
  return 0;
}
