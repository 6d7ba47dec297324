// What the kernel holds a process to from its exec on, beyond its user and capabilities.
#pragma once

#include "common/result.h"
#include "controller/plan.h"

namespace virtainer {

// The label of the next exec. `proc` is the host's.
Status label_next_exec(const Confinement& confinement, int proc);

// A process that may still gain privileges needs CAP_SYS_ADMIN to load a filter: it has to come before the
// change of user. Does nothing for others.
Status load_filter_as_root(const Confinement& confinement);

// The last thing before exec: from here on what was forbidden is forbidden to us, too.
Status confine(const Confinement& confinement);

// Whether the kernel says of a process that has executed what the plan says. `proc` is the host's.
Status verify_confinement(const Confinement& confinement, int proc, pid_t pid);

}  // namespace virtainer
