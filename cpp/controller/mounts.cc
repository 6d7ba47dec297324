#include "controller/mounts.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "controller/root_path.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

Status set_attributes(int mount, const MountFlags& flags, int user_namespace, const std::string& path) {
  mount_attr change = {};
  change.attr_set = flags.attributes | (flags.idmap ? MOUNT_ATTR_IDMAP : 0);
  if (change.attr_set == 0) return Done{};
  if (flags.idmap) change.userns_fd = static_cast<uint64_t>(user_namespace);
  unsigned how = AT_EMPTY_PATH | (flags.recursive ? AT_RECURSIVE : 0);
  if (mount_setattr(mount, "", how, &change, sizeof change) == 0) return Done{};
  return last_error(flags.idmap ? "MOUNT_ATTR_IDMAP" : "mount_setattr", path);
}

// The file system's own words about a refused option.
void log_messages(int context, const RootStep& step, const Log& log) {
  char text[512];
  while (true) {
    ssize_t got = read(context, text, sizeof text);
    if (got <= 0) return;
    log.write("mount " + step.type + " at " + step.target + ": " +
              std::string(text, static_cast<size_t>(got)));
  }
}

Status set_option(int context, const std::string& option) {
  size_t equals = option.find('=');
  int failed = equals == std::string::npos
                   ? fsconfig(context, FSCONFIG_SET_FLAG, option.c_str(), nullptr, 0)
                   : fsconfig(context, FSCONFIG_SET_STRING, option.substr(0, equals).c_str(),
                              option.c_str() + equals + 1, 0);
  if (failed != 0) return last_error("fsconfig", option);
  return Done{};
}

Status configure(int context, const RootStep& step) {
  if (fsconfig(context, FSCONFIG_SET_STRING, "source", step.source.c_str(), 0) != 0) {
    return last_error("fsconfig", step.source);
  }
  for (const std::string& option : step.options) VT_TRY(set_option(context, option));
  if (fsconfig(context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return last_error("fsconfig", step.target);
  return Done{};
}

bool same_place(int one, int other) {
  struct statx first = {};
  struct statx second = {};
  if (statx(one, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &first) != 0) return true;
  if (statx(other, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &second) != 0) return true;
  return first.stx_mnt_id == second.stx_mnt_id && first.stx_ino == second.stx_ino;
}

constexpr long kConfigfsMagic = 0x62656570;  // linux/magic.h does not have it
constexpr long kKernelFileSystems[] = {
    PROC_SUPER_MAGIC, SYSFS_MAGIC,  CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,  TRACEFS_MAGIC,
    SECURITYFS_MAGIC, BPF_FS_MAGIC, DEVPTS_SUPER_MAGIC, SELINUX_MAGIC,       PSTOREFS_MAGIC, kConfigfsMagic,
};

// A link of a hostile root may lead there: what is bound from such a place would show what is masked there,
// and what is mounted over it would hide it.
Status refuse_kernel(int fd, const RootStep& step, const std::string& path) {
  if (!step.flags.no_kernel) return Done{};
  struct statfs filesystem = {};
  if (fstatfs(fd, &filesystem) != 0) return last_error("fstatfs", path);
  for (long magic : kKernelFileSystems) {
    if (filesystem.f_type == magic) return Error{EPERM, "KERNEL_FILE_SYSTEM", path};
  }
  return Done{};
}

// A mount over the root itself would be left behind by pivot_root, however its path was written.
Result<unique_fd> make_target(int root, const RootStep& step, bool directory) {
  Inside inside = {root, step.flags.no_symlinks};
  Result<unique_fd> target =
      directory ? make_directory(inside, step.target, 0755) : make_file(inside, step.target);
  if (!target) return target;
  if (same_place(root, target->get())) return Error{EINVAL, "move_mount", step.target};
  VT_TRY(refuse_kernel(target->get(), step, step.target));
  return target;
}

Status bind(int root, const RootStep& step, int user_namespace, Result<unique_fd> source) {
  if (!source) return source.error();
  VT_TRY(refuse_kernel(source->get(), step, step.source));
  Result<bool> directory = is_directory(source->get(), step.source);
  if (!directory) return directory.error();
  Result<unique_fd> mount = clone_mount(source->get(), step.flags, user_namespace, step.source);
  if (!mount) return mount.error();
  Result<unique_fd> target = make_target(root, step, *directory);
  if (!target) return target.error();
  return attach_mount(mount->get(), target->get(), step.target);
}

}  // namespace

Status make_mounts_private() {
  mount_attr change = {};
  change.propagation = MS_PRIVATE;
  if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &change, sizeof change) != 0) {
    return last_error("mount_setattr", "/");
  }
  return Done{};
}

Result<unique_fd> open_host(const std::string& path) {
  unique_fd fd(sys_openat2(AT_FDCWD, path.c_str(), O_PATH, RESOLVE_NO_MAGICLINKS));
  if (!fd) return last_error("openat2", path);
  return fd;
}

Result<unique_fd> clone_mount(int fd, const MountFlags& flags, int user_namespace, const std::string& path) {
  unsigned how = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
  unique_fd mount(open_tree(fd, "", how | (flags.recursive ? AT_RECURSIVE : 0)));
  if (!mount) return last_error("open_tree", path);
  VT_TRY(set_attributes(mount.get(), flags, user_namespace, path));
  return mount;
}

Status attach_mount(int mount, int target, const std::string& path) {
  if (move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    return last_error("move_mount", path);
  }
  return Done{};
}

Status make_readonly(int mount, const std::string& path) {
  MountFlags flags;
  flags.attributes = MOUNT_ATTR_RDONLY;
  return set_attributes(mount, flags, -1, path);
}

Status bind_host(int root, const RootStep& step, int user_namespace) {
  return bind(root, step, user_namespace, open_host(step.source));
}

Status bind_inside(int source_root, int root, const RootStep& step) {
  return bind(root, step, -1, open_inside(Inside{source_root, step.flags.no_symlinks}, step.source));
}

Result<unique_fd> make_mount(const RootStep& step, const Log& log) {
  unique_fd context(fsopen(step.type.c_str(), FSOPEN_CLOEXEC));
  if (!context) return last_error("fsopen", step.type);
  if (Status configured = configure(context.get(), step); !configured) {
    log_messages(context.get(), step, log);
    return configured.error();
  }
  unique_fd mount(fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned>(step.flags.attributes)));
  if (!mount) return last_error("fsmount", step.target);
  return mount;
}

Status attach_inside(int root, const RootStep& step, int mount) {
  Result<unique_fd> target = make_target(root, step, true);
  if (!target) return target.error();
  return attach_mount(mount, target->get(), step.target);
}

Status remount_readonly(int root, const RootStep& step) {
  Result<unique_fd> mount = open_inside(Inside{root, false}, step.target);
  if (!mount) return mount.error();
  return make_readonly(mount->get(), step.target);
}

}  // namespace virtainer
