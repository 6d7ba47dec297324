// Descriptors 0, 1 and 2 of the command of an `enter`.
#pragma once

#include <sys/types.h>

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

// Makes them the command's while nobody in the container sees the caller: a terminal's slave, whose master is
// sent through `link`, or what was given, owned by the user, and never the host's /dev/null. `proc` is the
// host's /proc.
Status prepare_stdio(const Plan& plan, uid_t uid, int proc, int link);

// Before the namespaces are joined: a pipe of the host's root could be given to nobody from inside.
Status hand_over_pipes(const Plan& plan);

}  // namespace virtainer
