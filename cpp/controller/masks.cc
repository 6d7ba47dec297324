#include "controller/masks.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "controller/mounts.h"
#include "controller/root_path.h"

namespace virtainer {

namespace {

constexpr char kFile[] = "file";
constexpr char kDirectory[] = "directory";
constexpr uint64_t kSealed = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

Result<unique_fd> open_mask(int mount, const char* name) {
  unique_fd fd(openat(mount, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return last_error("openat", name);
  return fd;
}

// A file system with room for these two and nothing else.
RootStep describe_masks() {
  RootStep step;
  step.type = step.source = "tmpfs";
  step.options = {"mode=555", "size=4096", "nr_inodes=3"};
  return step;
}

}  // namespace

Result<Masks> make_masks(const std::string& place) {
  Log log;
  Result<unique_fd> mount = make_mount(describe_masks(), log);
  if (!mount) return mount.error();
  Result<unique_fd> target = open_host(place);
  if (!target) return target.error();
  // Only what is attached somewhere can be bound elsewhere by every kernel.
  VT_TRY(attach_mount(mount->get(), target->get(), place));
  unique_fd made(openat(mount->get(), kFile, O_CREAT | O_EXCL | O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0444));
  if (!made) return last_error("openat", kFile);
  if (mkdirat(mount->get(), kDirectory, 0555) != 0) return last_error("mkdirat", kDirectory);
  Result<unique_fd> file = open_mask(mount->get(), kFile);
  if (!file) return file.error();
  Result<unique_fd> directory = open_mask(mount->get(), kDirectory);
  if (!directory) return directory.error();
  return Masks{std::move(*file), std::move(*directory)};
}

Result<unique_fd> mask(int root, const RootStep& step, const Masks& masks) {
  Result<unique_fd> target = open_inside(Inside{root, false}, step.target);
  if (!target && is_missing(target.error())) return unique_fd();
  if (!target) return target.error();
  Result<bool> directory = is_directory(target->get(), step.target);
  if (!directory) return directory.error();
  MountFlags flags;
  flags.attributes = kSealed;
  const unique_fd& source = *directory ? masks.directory : masks.file;
  Result<unique_fd> mount = clone_mount(source.get(), flags, -1, step.target);
  if (!mount) return mount.error();
  VT_TRY(attach_mount(mount->get(), target->get(), step.target));
  return mount;
}

Result<unique_fd> make_target_readonly(int root, const RootStep& step) {
  Result<unique_fd> target = open_inside(Inside{root, false}, step.target);
  if (!target && is_missing(target.error())) return unique_fd();
  if (!target) return target.error();
  MountFlags flags;
  flags.attributes = MOUNT_ATTR_RDONLY;
  flags.recursive = true;
  Result<unique_fd> mount = clone_mount(target->get(), flags, -1, step.target);
  if (!mount) return mount.error();
  VT_TRY(attach_mount(mount->get(), target->get(), step.target));
  return mount;
}

}  // namespace virtainer
