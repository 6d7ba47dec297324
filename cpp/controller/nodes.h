// Directories, devices and links inside a container that is being built.
#pragma once

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

Status create_directory(int root, const RootStep& step);
Status create_device(int root, const RootStep& step);
Status create_symlink(int root, const RootStep& step);

}  // namespace virtainer
