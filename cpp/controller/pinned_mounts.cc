#include "controller/pinned_mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "controller/root_path.h"

namespace virtainer {

namespace {

bool is_below(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() + 1 && path.starts_with(directory) && path[directory.size()] == '/';
}

// The root of the mount itself, not only something in it.
bool is_same_mount(int one, int other) {
  struct statx first = {};
  struct statx second = {};
  constexpr unsigned kWanted = STATX_INO | STATX_MNT_ID;
  if (statx(one, "", AT_EMPTY_PATH, kWanted, &first) != 0) return false;
  if (statx(other, "", AT_EMPTY_PATH, kWanted, &second) != 0) return false;
  return first.stx_mnt_id == second.stx_mnt_id && first.stx_ino == second.stx_ino;
}

}  // namespace

void PinnedMounts::pin_file_system(const std::string& target, int mount, int step) {
  pin(target, mount, true, step);
}

void PinnedMounts::pin_cover(const std::string& target, int mount, int step) {
  pin(target, mount, false, step);
}

void PinnedMounts::forget(const std::string& target) {
  std::erase_if(pinned_, [&](const Pinned& pinned) { return pinned.target == target; });
}

void PinnedMounts::pin(const std::string& target, int mount, bool is_file_system, int step) {
  forget(target);
  unique_fd own(mount < 0 ? -1 : fcntl(mount, F_DUPFD_CLOEXEC, 3));
  pinned_.push_back({target, std::move(own), is_file_system, step});
}

PinnedMounts::Place PinnedMounts::find(int root, const std::string& target) const {
  const Pinned* closest = nullptr;
  for (const Pinned& pinned : pinned_) {
    if (!pinned.is_file_system || !is_below(target, pinned.target)) continue;
    if (closest == nullptr || pinned.target.size() > closest->target.size()) closest = &pinned;
  }
  if (closest == nullptr) return {root, target};
  return {closest->mount.get(), target.substr(closest->target.size())};
}

Status PinnedMounts::verify(int root) const {
  for (const Pinned& pinned : pinned_) {
    Result<unique_fd> found = open_inside(Inside{root, false}, pinned.target);
    if (!found && !is_missing(found.error())) return std::move(found.error()).at(pinned.step);
    bool is_right = found ? pinned.mount && is_same_mount(found->get(), pinned.mount.get()) : !pinned.mount;
    if (!is_right) return Error{ESTALE, "MOUNT_MOVED", pinned.target, pinned.step};
  }
  return Done{};
}

}  // namespace virtainer
