// Whoever can write to the root file system on the host can rename a directory while something is being
// mounted there: the mount goes along, and its path names another place. What is made below the kernel's file
// systems is therefore made below their descriptors, and whether the paths still name what they are to name
// is looked at last.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

class PinnedMounts {
 public:
  // A directory to resolve a path under, and the path below it.
  struct Place {
    int root;
    std::string path;
  };

  // A file system of the container's own. What comes later at the same path takes its place.
  void pin_file_system(const std::string& target, int mount, int step);
  // A cover of the path, or -1 where nothing was to be covered.
  void pin_cover(const std::string& target, int mount, int step);
  // Somebody else's mount at this path is to be seen from now on.
  void forget(const std::string& target);

  // Below the closest file system above the path; below `root` when there is none.
  Place find(int root, const std::string& target) const;

  // Every path names its mount, and nothing has come to be where there was nothing to cover.
  Status verify(int root) const;

 private:
  struct Pinned {
    std::string target;
    unique_fd mount;
    bool is_file_system;
    int step;
  };

  void pin(const std::string& target, int mount, bool is_file_system, int step);

  std::vector<Pinned> pinned_;
};

}  // namespace virtainer
