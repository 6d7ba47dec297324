// esc.*: ways around what the other tables found shut. Each one ends with a look at the result: a file of the
// host's that can be written to, a masked one that can be read, a root that is not the container's.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

// <sys/mount.h> and <linux/mount.h> can't be had together everywhere.
extern int mount(const char*, const char*, const char*, unsigned long, const void*);
extern int umount2(const char*, int);
enum { DETACH = 2 };

#define SYSCTL "/sys/kernel/core_pattern"
// Masked in every kind of container, and readable by everybody where it isn't.
#define MASKED "/interrupts"

static struct outcome judge_sysctl(const char* proc) {
  char path[256];
  snprintf(path, sizeof path, "%s" SYSCTL, proc);
  return judge_open(path, open(path, O_WRONLY | O_CLOEXEC));
}

static struct outcome judge_mask(const char* proc) {
  char path[256], text[256];
  snprintf(path, sizeof path, "%s" MASKED, proc);
  long length = read_text(path, text, sizeof text);
  if (length > 0) return opened("%s", path);
  return length == 0 ? blocked("empty") : blocked("%s", error_name());
}

// Number 0: what is to be had by it, a file to write to or a mask to look behind.
enum aim { WRITE_SYSCTL, READ_MASKED };

static struct outcome judge(const struct probe* probe, const char* proc) {
  return probe->numbers[0] == WRITE_SYSCTL ? judge_sysctl(proc) : judge_mask(proc);
}

static struct outcome remount(const struct probe* probe) {
  keep_mounts_private();
  // MS_BIND: only this mount, never the file system that others see, too.
  mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
  mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL);
  return judge(probe, "/proc");
}

static struct outcome clear_attributes(const struct probe* probe) {
  keep_mounts_private();
  struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
  syscall(SYS_mount_setattr, AT_FDCWD, "/proc", 0x8000, &writable, sizeof writable);
  syscall(SYS_mount_setattr, AT_FDCWD, "/proc/sys", 0, &writable, sizeof writable);
  return judge(probe, "/proc");
}

static struct outcome mount_again(const struct probe* probe) {
  keep_mounts_private();
  const char* target = scratch_directory("proc");
  if (mount("proc", target, "proc", 0, probe->subject) != 0) return blocked("mount: %s", error_name());
  return judge(probe, target);
}

static struct outcome mount_again_by_fsopen(const struct probe* probe) {
  keep_mounts_private();
  int context = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
  if (context < 0) return blocked("fsopen: %s", error_name());
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
    return blocked("fsconfig: %s", error_name());
  int fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
  if (fd < 0) return blocked("fsmount: %s", error_name());
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return judge(probe, path);
}

// Not recursive: what is mounted on top stays behind.
static struct outcome bind_elsewhere(const struct probe* probe) {
  keep_mounts_private();
  const char* target = scratch_directory("bind");
  if (mount("/proc", target, NULL, MS_BIND, NULL) != 0) return blocked("mount: %s", error_name());
  return judge(probe, target);
}

static struct outcome clone_tree(const struct probe* probe) {
  keep_mounts_private();
  int fd = (int)syscall(SYS_open_tree, AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (fd < 0) return blocked("open_tree: %s", error_name());
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return judge(probe, path);
}

static struct outcome unmount(const struct probe* probe) {
  keep_mounts_private();
  umount2("/proc" MASKED, DETACH);
  umount2("/proc/sys", DETACH);
  return judge(probe, "/proc");
}

static struct outcome move_away(const struct probe* probe) {
  keep_mounts_private();
  char target[128];
  snprintf(target, sizeof target, "%s/file", scratch_directory("move"));
  close(open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  mount("/proc" MASKED, target, NULL, MS_MOVE, NULL);
  return judge(probe, "/proc");
}

static struct outcome nest(const struct probe* probe) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return blocked("unshare: %s", error_name());
  umount2("/proc" MASKED, DETACH);
  mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
  return judge(probe, "/proc");
}

// Subject: another way to the same directory.
static struct outcome take_detour(const struct probe* probe) { return judge(probe, probe->subject); }

static struct outcome mount_sysfs_again(const struct probe* probe) {
  keep_mounts_private();
  char path[160];
  const char* target = scratch_directory("sysfs");
  if (mount("sysfs", target, "sysfs", 0, NULL) != 0) return blocked("mount: %s", error_name());
  snprintf(path, sizeof path, "%s%s", target, probe->subject);
  return judge_open(path, open(path, O_WRONLY | O_CLOEXEC));
}

static struct outcome judge_mount(const char* type, int result) {
  if (result == 0) return opened("mounted");
  return errno == ENODEV ? not_applicable("no file system %s", type) : blocked("%s", error_name());
}

static struct outcome mount_type(const struct probe* probe) {
  keep_mounts_private();
  return judge_mount(probe->subject, mount("none", scratch_directory("type"), probe->subject, 0, NULL));
}

static struct outcome overlay(const struct probe* probe) {
  keep_mounts_private();
  scratch_directory("lower");
  scratch_directory("middle");
  const char* options = "lowerdir=/tmp/probe-lower:/tmp/probe-middle";
  return judge_mount(probe->subject, mount("none", scratch_directory("overlay"), probe->subject, 0, options));
}

// A root below the own one leaves the working directory outside of it.
static struct outcome climb_out(const struct probe* probe) {
  (void)probe;
  struct stat root, top;
  if (stat("/", &root) != 0 || chdir("/") != 0) return not_applicable("%s", error_name());
  if (chroot(scratch_directory("chroot")) != 0) return blocked("chroot: %s", error_name());
  for (int i = 0; i < 64; i++) {
    if (chdir("..") != 0) break;
  }
  if (stat(".", &top) != 0) return blocked("%s", error_name());
  bool same = root.st_dev == top.st_dev && root.st_ino == top.st_ino;
  return open_if(!same, same ? "the same root" : "another root");
}

// The root directory of the host's file system by its number: on the container's, it is outside of the root.
static struct outcome open_by_number(const struct probe* probe) {
  struct {
    unsigned bytes;
    int type;
    uint32_t inode, generation;
  } handle = {8, 1, 2, 0};
  int root = open(probe->subject, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return not_applicable("%s", error_name());
  int fd = (int)syscall(SYS_open_by_handle_at, root, &handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return blocked("%s", error_name());
  struct stat own, found;
  bool same = fstat(root, &own) == 0 && fstat(fd, &found) == 0 && own.st_ino == found.st_ino;
  return open_if(!same, same ? "the same root" : "the root of the host's file system");
}

// Without an address, nothing is typed.
static struct outcome type_into_console(const struct probe* probe) {
  int fd = open(probe->subject, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return judge_open(probe->subject, fd);
  int result = ioctl(fd, TIOCSTI, NULL);
  if (result != 0 && (errno == EIO || errno == ENOTTY)) return blocked("%s", error_name());
  return judge_call("ioctl", result);
}

static const struct probe rows[] = {
    {"w.after_remount", remount, NULL, {WRITE_SYSCTL}},
    {"w.after_mount_setattr", clear_attributes, NULL, {WRITE_SYSCTL}},
    {"w.after_new_proc", mount_again, "", {WRITE_SYSCTL}},
    {"w.after_fsopen_proc", mount_again_by_fsopen, NULL, {WRITE_SYSCTL}},
    {"w.after_bind", bind_elsewhere, NULL, {WRITE_SYSCTL}},
    {"w.after_open_tree", clone_tree, NULL, {WRITE_SYSCTL}},
    {"w.after_unmount", unmount, NULL, {WRITE_SYSCTL}},
    {"w.after_nesting", nest, NULL, {WRITE_SYSCTL}},
    {"w.by_init_root", take_detour, "/proc/1/root/proc", {WRITE_SYSCTL}},
    {"w.after_new_sysfs", mount_sysfs_again, "/kernel/mm/transparent_hugepage/enabled", {0}},
    {"esc.unmask_by_new_proc", mount_again, "", {READ_MASKED}},
    {"esc.unmask_by_options", mount_again, "hidepid=0", {READ_MASKED}},
    {"esc.unmask_by_fsopen", mount_again_by_fsopen, NULL, {READ_MASKED}},
    {"esc.unmask_by_bind", bind_elsewhere, NULL, {READ_MASKED}},
    {"esc.unmask_by_open_tree", clone_tree, NULL, {READ_MASKED}},
    {"esc.unmask_by_unmount", unmount, NULL, {READ_MASKED}},
    {"esc.unmask_by_move", move_away, NULL, {READ_MASKED}},
    {"esc.unmask_by_nesting", nest, NULL, {READ_MASKED}},
    {"esc.unmask_by_init_root", take_detour, "/proc/1/root/proc", {READ_MASKED}},
    {"esc.unmask_by_directory", take_detour, "/proc/self/task/../../../proc/.", {READ_MASKED}},
    {"esc.mount_debugfs", mount_type, "debugfs", {0}},
    {"esc.mount_tracefs", mount_type, "tracefs", {0}},
    {"esc.mount_bpf", mount_type, "bpf", {0}},
    {"esc.mount_devtmpfs", mount_type, "devtmpfs", {0}},
    {"esc.mount_overlay", overlay, "overlay", {0}},
    {"esc.chroot", climb_out, NULL, {0}},
    {"esc.open_by_handle", open_by_number, "/", {0}},
    {"esc.tiocsti", type_into_console, "/dev/console", {0}},
};
const struct table kEscapes = TABLE(rows);
