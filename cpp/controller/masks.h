// What a container must not see or write to, although a file system of the kernel's shows it.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

// An empty file and an empty directory of a file system that nobody can write to. Never /dev/null, as others
// take: the container's could be another file by then.
struct Masks {
  unique_fd file;
  unique_fd directory;
};

// Mounted over `place`, a directory of the host, in the caller's mount namespace only.
Result<Masks> make_masks(const std::string& place);

// The mount that covers the target. A target that does not exist needs none: the descriptor is empty then.
Result<unique_fd> mask(int root, const RootStep& step, const Masks& masks);
Result<unique_fd> make_target_readonly(int root, const RootStep& step);

}  // namespace virtainer
