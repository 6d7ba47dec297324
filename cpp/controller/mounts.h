// Mounts by descriptor: nothing is looked up twice, so nothing can be swapped in between.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

// Nothing that is mounted from here on is seen outside of this mount namespace.
Status make_mounts_private();

// A detached copy of the mount at the descriptor, with the flags set before anyone can see it; with the flag
// `idmap`, ids on disk are those of the user namespace.
Result<unique_fd> clone_mount(int fd, const MountFlags& flags, int user_namespace, const std::string& path);
// A new file system, detached.
Result<unique_fd> make_mount(const RootStep& step, const Log& log);
Status attach_mount(int mount, int target, const std::string& path);
// At the step's target; a missing directory is made.
Status attach_inside(int root, const RootStep& step, int mount);
Status make_readonly(int mount, const std::string& path);

// A host path as an O_PATH descriptor.
Result<unique_fd> open_host(const std::string& path);

Status bind_host(int root, const RootStep& step, int user_namespace);
// The source is below `source_root`.
Status bind_inside(int source_root, int root, const RootStep& step);
Status remount_readonly(int root, const RootStep& step);

}  // namespace virtainer
