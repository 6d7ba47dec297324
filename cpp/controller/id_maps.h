// Users and groups of a container's user namespace.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

// Written from outside: a process of the namespace could map only itself. `proc` is the host's.
Status map_ids(const Plan& plan, int proc, pid_t container);

// Empty without a user namespace.
Result<unique_fd> open_user_namespace(const Plan& plan, int proc, pid_t container);

// Files that the caller makes from now on belong to the container's root, and what a user namespace that it
// makes uses up of the host (inotify, message queues) is counted for that user: not for the host's root, who
// would have to share its limits with every container. It keeps all of its rights.
Status act_as_container_root(const Plan& plan);

// Root of the user namespace that the caller is in, with no other groups: until then it is still the host's,
// which the namespace has no number for.
Status become_namespace_root();

// How many user namespaces there may be below the caller's. `proc` is the host's, whose sysctls are those of
// whoever opens them.
Status limit_nested_user_namespaces(const NumberSetting& limit, int proc);

}  // namespace virtainer
