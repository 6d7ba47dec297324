#include "controller/view_mount.h"

#include <sys/mount.h>

#include "controller/mounts.h"
#include "controller/root_path.h"

namespace virtainer {

namespace {

constexpr uint64_t kSealed = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

}  // namespace

// Only what is attached somewhere can be bound elsewhere by every kernel.
Status attach_view(int view, const std::string& place) {
  Result<unique_fd> target = open_host(place);
  if (!target) return target.error();
  return attach_mount(view, target->get(), place);
}

Result<unique_fd> show_view_file(int view, int root, const RootStep& step) {
  Result<unique_fd> target = open_inside(Inside{root, false}, step.target);
  if (!target && is_missing(target.error())) return unique_fd();
  if (!target) return target.error();
  Result<unique_fd> file = open_inside(Inside{view, true}, step.source);
  if (!file) return file.error();
  MountFlags flags;
  flags.attributes = kSealed;
  Result<unique_fd> mount = clone_mount(file->get(), flags, -1, step.target);
  if (!mount) return mount.error();
  VT_TRY(attach_mount(mount->get(), target->get(), step.target));
  return mount;
}

}  // namespace virtainer
