// The files of a container's view at their places.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

// Attaches the file system of the view at a directory that only the caller's mount namespace shows there.
Status attach_view(int view, const std::string& place);

// Binds the step's file over its target. A missing target is none, and the result is empty then.
Result<unique_fd> show_view_file(int view, int root, const RootStep& step);

}  // namespace virtainer
