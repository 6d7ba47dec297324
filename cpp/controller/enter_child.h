// The process that becomes the command of an `enter`.
#pragma once

#include "controller/cgroups.h"
#include "controller/handshake.h"
#include "controller/plan.h"

namespace virtainer {

// Born in all of the container's namespaces; `report` is the child's end of the report sockets.
[[noreturn]] void run_entering_child(const Plan& plan, const Cgroups& cgroups, int report);

}  // namespace virtainer
