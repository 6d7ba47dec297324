// Namespaces that are made or joined before a container is born.
#pragma once

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

// Joins those of somebody else, and makes a time namespace with the plan's offsets: they can't be changed any
// more once a process is in it. `proc` is the host's.
Status enter_shared_namespaces(const Plan& plan, int proc);

// What the container's first process is cloned into. Its mount namespace is a copy of the finished one, and
// its cgroup namespace begins where it is when it has joined its groups: it makes both itself.
uint64_t namespaces_at_birth(const Plan& plan);

}  // namespace virtainer
