// The process that becomes the command of an `enter`.
#pragma once

#include "controller/credentials.h"
#include "controller/enter_report.h"
#include "controller/plan.h"

namespace virtainer {

// Born in all of the container's namespaces and cgroups, as the user and with the capabilities of the
// command, with nothing open but descriptors 0 to 2 and the report.
[[noreturn]] void run_entering_child(const Plan& plan, const Identity& identity, StageReport report);

}  // namespace virtainer
