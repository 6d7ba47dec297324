#include "controller/nodes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "controller/root_path.h"

namespace virtainer {

namespace {

bool is_same_device(int parent, const std::string& name, const RootStep& step) {
  struct stat status = {};
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return (status.st_mode & S_IFMT) == (step.mode & S_IFMT) && status.st_rdev == step.device;
}

bool is_same_link(int parent, const std::string& name, const RootStep& step) {
  char text[PATH_MAX];
  ssize_t length = readlinkat(parent, name.c_str(), text, sizeof text);
  return length >= 0 && std::string_view(text, static_cast<size_t>(length)) == step.source;
}

}  // namespace

Status create_directory(int root, const RootStep& step) {
  Result<unique_fd> directory = make_directory(Inside{root, step.flags.no_symlinks}, step.target, step.mode);
  if (!directory) return directory.error();
  return Done{};
}

Status create_device(int root, const RootStep& step) {
  Result<Place> place = make_parent(Inside{root, false}, step.target);
  if (!place) return place.error();
  if (mknodat(place->parent.get(), place->name.c_str(), step.mode, step.device) == 0) return Done{};
  Error error = last_error("mknodat", step.target);
  if (error.code == EEXIST && is_same_device(place->parent.get(), place->name, step)) return Done{};
  return error;
}

Status create_symlink(int root, const RootStep& step) {
  Result<Place> place = make_parent(Inside{root, false}, step.target);
  if (!place) return place.error();
  if (symlinkat(step.source.c_str(), place->parent.get(), place->name.c_str()) == 0) return Done{};
  Error error = last_error("symlinkat", step.target);
  if (error.code == EEXIST && is_same_link(place->parent.get(), place->name, step)) return Done{};
  return error;
}

}  // namespace virtainer
