// A proc file system shows the PID namespace of the process that mounts it.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

// The mount of a step, detached, as made by a process in the PID namespace of `container` (a pidfd).
Result<unique_fd> make_process_mount(const RootStep& step, int container, const Log& log);

}  // namespace virtainer
