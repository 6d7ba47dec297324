// Mounts by descriptor: nothing is looked up twice, so nothing can be swapped in between.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

// Nothing that is mounted from here on is seen outside of this mount namespace.
Status make_mounts_private();

// A detached copy of the mount at the descriptor, with the flags set before anyone can see it.
Result<unique_fd> clone_mount(int fd, const MountFlags& flags, const std::string& path);
Status attach_mount(int mount, int target, const std::string& path);
Status make_readonly(int mount, const std::string& path);

// A host path as an O_PATH descriptor.
Result<unique_fd> open_host(const std::string& path);

Status bind_host(int root, const RootStep& step);
Status bind_inside(int root, const RootStep& step);
Status mount_new(int root, const RootStep& step, const Log& log);
Status remount_readonly(int root, const RootStep& step);

}  // namespace virtainer
