// sc.*: the calls that change what is mounted where, and those that reach files without a path. None of them
// leaves a mount behind.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

enum {
  MS_SHARED_AND_PRIVATE = 1 << 20 | 1 << 18,
  UNKNOWN_MOVE_FLAGS = 0x8000,
  EXT4_INODE_HANDLE = 1,
  ROOT_INODE = 2,
  MAX_HANDLE = 128,
};

struct handle {
  unsigned bytes;
  int type;
  unsigned char data[MAX_HANDLE];
};

// A propagation that doesn't exist is refused after the question who asks.
static struct outcome call_mount(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_mount, NULL, "/", NULL, MS_SHARED_AND_PRIVATE, NULL));
}

// No mount begins there.
static struct outcome call_unmount(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_umount2, "/proc/self", 0));
}

// The root can't take its own place.
static struct outcome call_pivot_root(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_pivot_root, "/", "/"));
}

static struct outcome call_fsopen(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC));
}

static struct outcome call_open_tree(const struct probe* probe) {
  return judge_call(probe->subject,
                    syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

static struct outcome call_move_mount(const struct probe* probe) {
  return judge_call(probe->subject, syscall(SYS_move_mount, AT_FDCWD, "", AT_FDCWD, "", UNKNOWN_MOVE_FLAGS));
}

static struct outcome call_mount_setattr(const struct probe* probe) {
  struct mount_attr nothing = {0};
  return judge_call(probe->subject, syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &nothing, sizeof nothing));
}

static struct outcome call_name_to_handle(const struct probe* probe) {
  struct handle handle = {.bytes = MAX_HANDLE};
  int mount_id;
  return judge_call(probe->subject, syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &handle, &mount_id, 0));
}

// The root directory of a file system by its number, whatever part of it is mounted.
static struct outcome call_open_by_handle(const struct probe* probe) {
  struct handle handle = {.bytes = 8, .type = EXT4_INODE_HANDLE, .data = {ROOT_INODE}};
  int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return judge_call(probe->subject, syscall(SYS_open_by_handle_at, root, &handle, O_RDONLY | O_CLOEXEC));
}

static const struct probe rows[] = {
    {"sc.mount", call_mount, "mount", {0}},
    {"sc.umount2", call_unmount, "umount", {0}},
    {"sc.pivot_root", call_pivot_root, "pivot_root", {0}},
    {"sc.fsopen", call_fsopen, "fsopen", {0}},
    {"sc.open_tree", call_open_tree, "open_tree", {0}},
    {"sc.move_mount", call_move_mount, "move_mount", {0}},
    {"sc.mount_setattr", call_mount_setattr, "mount_setattr", {0}},
    {"sc.name_to_handle_at", call_name_to_handle, "name_to_handle_at", {0}},
    {"sc.open_by_handle_at", call_open_by_handle, "open_by_handle_at", {0}},
};
const struct table kMountCalls = TABLE(rows);
