// What the container has of a host's identity and network: its name and its loopback interface.
#pragma once

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

Status set_up_network(const Plan& plan);

}  // namespace virtainer
