// The process that becomes the container's init.
#pragma once

#include "controller/cgroups.h"
#include "controller/handshake.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

// Runs in the new namespaces; `report` is the child's end of the report sockets.
[[noreturn]] void run_container_child(const Plan& plan, const Cgroups& cgroups, const Log& log, int report);

}  // namespace virtainer
