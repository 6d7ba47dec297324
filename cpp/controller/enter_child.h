// The process that becomes the command of an `enter`.
#pragma once

#include "controller/cgroups.h"
#include "controller/handshake.h"
#include "controller/plan.h"

namespace virtainer {

// Runs in the container's PID namespace already; `init` is the pidfd of the container's init.
[[noreturn]] void run_entering_child(const Plan& plan, const Cgroups& cgroups, int init, int report);

}  // namespace virtainer
