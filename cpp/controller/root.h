// The container's root file system: the steps of the plan in their order, then pivot_root.
#pragma once

#include <vector>

#include "common/result.h"
#include "controller/log.h"
#include "controller/plan.h"
#include "controller/terminals.h"

namespace virtainer {

Status build_root(const Plan& plan, const Log& log, std::vector<Terminal>& consoles);

}  // namespace virtainer
