/* Ways by which a container may come to see /proc and /sys without what hides or protects parts of them. */
#ifndef ATTACKERS_VIEWS_H
#define ATTACKERS_VIEWS_H

#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "report.h"

/* Where an attack looks from now on: descriptors of the two directories, -1 when there is none. */
struct view {
  int proc, sys;
};

static struct view usual_view(void) {
  struct view view = {open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC),
                      open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC)};
  return view;
}

static int is_below(const char* path, const char* directory) {
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* Mount points below /proc and /sys, the last one first; how many times the action has succeeded. */
static int for_each_cover(int (*action)(const char* path)) {
  static char paths[256][256];
  char line[1024];
  int count = 0, succeeded = 0;
  FILE* file = fopen("/proc/self/mountinfo", "re");
  while (file && count < 256 && fgets(line, sizeof line, file)) {
    char path[256];
    if (sscanf(line, "%*s %*s %*s %*s %255s", path) != 1) continue;
    if (is_below(path, "/proc") || is_below(path, "/sys")) strcpy(paths[count++], path);
  }
  if (file) fclose(file);
  while (count-- > 0) succeeded += action(paths[count]) == 0;
  return succeeded;
}

static int made_point(char* path, size_t size, const char* name) {
  snprintf(path, size, "%s/.%s-%d", scratch(), name, getpid());
  return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

static int uncover(const char* path) { return umount2(path, MNT_DETACH); }
static int open_up(const char* path) { return mount("none", path, NULL, MS_REMOUNT | MS_BIND, NULL); }
static int open_up_new(const char* path) {
  struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
  return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attributes, sizeof attributes);
}
static int move_off(const char* path) {
  char point[128];
  if (made_point(point, sizeof point, "off") != 0) return -1;
  return mount(path, point, NULL, MS_MOVE, NULL);
}
static int move_off_new(const char* path) {
  char point[128];
  if (made_point(point, sizeof point, "off") != 0) return -1;
  int tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, O_CLOEXEC);
  if (tree < 0) return -1;
  return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, point, MOVE_MOUNT_F_EMPTY_PATH);
}
static int rename_off(const char* path) {
  char other[300];
  snprintf(other, sizeof other, "%s.off", path);
  return rename(path, other) == 0 || unlink(path) == 0 || rmdir(path) == 0 ? 0 : -1;
}
static int bind_through(const char* path) {
  if (mount(path, path, NULL, MS_BIND, NULL) != 0) return -1;
  return mount("none", path, NULL, MS_REMOUNT | MS_BIND, NULL);
}

static int by_covers(struct view* view, int (*action)(const char* path)) {
  int count = for_each_cover(action);
  *view = usual_view();
  return count > 0 ? 0 : -1;
}

static int way_plain(struct view* view) {
  *view = usual_view();
  return 0;
}
static int way_umount(struct view* view) { return by_covers(view, uncover); }
static int way_remount(struct view* view) { return by_covers(view, open_up); }
static int way_setattr(struct view* view) { return by_covers(view, open_up_new); }
static int way_move(struct view* view) { return by_covers(view, move_off); }
static int way_move_new(struct view* view) { return by_covers(view, move_off_new); }
static int way_rename(struct view* view) { return by_covers(view, rename_off); }
static int way_bind_through(struct view* view) { return by_covers(view, bind_through); }
static int way_super_remount(struct view* view) {
  int proc = mount("none", "/proc", NULL, MS_REMOUNT, "hidepid=0"),
      sys = mount("none", "/sys", NULL, MS_REMOUNT, NULL);
  *view = usual_view();
  return proc == 0 || sys == 0 ? 0 : -1;
}
static int way_setattr_all(struct view* view) {
  struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY};
  long proc = syscall(SYS_mount_setattr, AT_FDCWD, "/proc", AT_RECURSIVE, &attributes, sizeof attributes);
  long sys = syscall(SYS_mount_setattr, AT_FDCWD, "/sys", AT_RECURSIVE, &attributes, sizeof attributes);
  *view = usual_view();
  return proc == 0 || sys == 0 ? 0 : -1;
}

static int mounted(const char* type, const char* name) {
  char point[128];
  if (made_point(point, sizeof point, name) != 0 || mount(type, point, type, 0, NULL) != 0) return -1;
  return open(point, O_PATH | O_DIRECTORY | O_CLOEXEC);
}
static int way_new_mount(struct view* view) {
  view->proc = mounted("proc", "proc");
  view->sys = mounted("sysfs", "sys");
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}

static int bound(const char* path, const char* name, unsigned long flags) {
  char point[128];
  if (made_point(point, sizeof point, name) != 0 || mount(path, point, NULL, MS_BIND | flags, NULL) != 0)
    return -1;
  return open(point, O_PATH | O_DIRECTORY | O_CLOEXEC);
}
/* Not recursive: what lies over parts of it does not come along. */
static int way_bind(struct view* view) {
  view->proc = bound("/proc", "bind-proc", 0);
  view->sys = bound("/sys", "bind-sys", 0);
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}

static int cloned(const char* path) {
  return (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
}
static int way_open_tree(struct view* view) {
  view->proc = cloned("/proc");
  view->sys = cloned("/sys");
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}

static int fresh(const char* type, const char* key, const char* value) {
  int context = (int)syscall(SYS_fsopen, type, 1);
  if (context < 0) return -1;
  if (key && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) != 0) return -1;
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) return -1;
  return (int)syscall(SYS_fsmount, context, 1, 0);
}
static int way_fsopen(struct view* view) {
  view->proc = fresh("proc", NULL, NULL);
  view->sys = fresh("sysfs", NULL, NULL);
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}
static int way_fsopen_subset(struct view* view) {
  view->proc = fresh("proc", "subset", "pid");
  view->sys = -1;
  return view->proc >= 0 ? 0 : -1;
}
static int way_fspick(struct view* view) {
  int context = (int)syscall(SYS_fspick, AT_FDCWD, "/proc", 1);
  if (context < 0) return -1;
  syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "rw", NULL, 0);
  *view = usual_view();
  return (int)syscall(SYS_fsconfig, context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0);
}

/* Also reaches what was mounted before the covers, if a process still has it. */
static int way_root_of_init(struct view* view) {
  view->proc = open("/proc/1/root/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  view->sys = open("/proc/1/root/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}
static int way_cwd_of_init(struct view* view) {
  view->proc = open("/proc/1/cwd/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  view->sys = open("/proc/1/cwd/../sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return view->proc >= 0 || view->sys >= 0 ? 0 : -1;
}
static int way_chroot(struct view* view) {
  int result = chroot("/proc/self/root");
  *view = usual_view();
  return result;
}
static int way_mounts_of_init(struct view* view) {
  int namespace = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
  int result = namespace < 0 ? -1 : setns(namespace, CLONE_NEWNS);
  *view = usual_view();
  return result;
}
static int way_new_namespace(struct view* view) {
  if (unshare(CLONE_NEWNS) != 0) return -1;
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  return by_covers(view, uncover);
}

static int write_map(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
  if (fd >= 0) close(fd);
  return written > 0 ? 0 : -1;
}
static int way_nested_user(struct view* view) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/uid_map", "0 0 1");
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  if (way_new_mount(view) == 0) return 0;
  return by_covers(view, uncover);
}
/* A new process namespace, for which a fresh /proc is allowed if any is. */
static int way_nested_pid(struct view* view) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) != 0 && unshare(CLONE_NEWNS | CLONE_NEWPID) != 0)
    return -1;
  pid_t pid = fork();
  if (pid > 0) {
    waitpid(pid, NULL, 0);
    _exit(0);
  }
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  return way_new_mount(view);
}

static const struct way {
  const char* name;
  int (*enter)(struct view* view);
} WAYS[] = {
    {"plain", way_plain},
    {"root-of-init", way_root_of_init},
    {"cwd-of-init", way_cwd_of_init},
    {"chroot", way_chroot},
    {"new-mount", way_new_mount},
    {"bind", way_bind},
    {"open-tree", way_open_tree},
    {"fsopen", way_fsopen},
    {"fsopen-subset", way_fsopen_subset},
    {"nested-user", way_nested_user},
    {"nested-pid", way_nested_pid},
    {"mounts-of-init", way_mounts_of_init},
    {"new-namespace", way_new_namespace},
    {"fspick", way_fspick},
    {"super-remount", way_super_remount},
    {"bind-through", way_bind_through},
    {"remount", way_remount},
    {"setattr", way_setattr},
    {"setattr-all", way_setattr_all},
    {"rename", way_rename},
    {"move", way_move},
    {"move-new", way_move_new},
    {"umount", way_umount},
};

/* Each way in a process of its own, and, where that is allowed, with mounts of its own. */
static UNUSED void each_way(const char* id, void (*attack)(const struct view* view)) {
  for (size_t index = 0; index < sizeof WAYS / sizeof *WAYS; index++) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
      struct view view = {-1, -1};
      alarm(20);
      if (unshare(CLONE_NEWNS) == 0) mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
      errno = 0;
      int entered = WAYS[index].enter(&view);
      strcpy(report_way, WAYS[index].name);
      if (entered != 0) report(0, errno, "%s/entry", id);
      if (view.proc >= 0 || view.sys >= 0) attack(&view);
      _exit(0);
    }
    if (waitpid(pid, &status, 0) == pid) report_death(id, status);
  }
}

#endif
