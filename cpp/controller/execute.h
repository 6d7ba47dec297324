// The last step of a child: environment, executable, execve.
#pragma once

#include "common/result.h"
#include "controller/credentials.h"
#include "controller/plan.h"

namespace virtainer {

// The plan's user and capabilities. A process of the container that may trace others still can't trace the
// caller without CAP_SYS_PTRACE.
Status take_identity(const Plan& plan, const Identity& identity);

// In the plan's directory, with every setting at its default and confined; all descriptors from 3 on close on
// exec.
Status settle(const Plan& plan);

// Both, for a child whose other end of `report` only its parent holds.
Status shed_privileges(const Plan& plan, const Identity& identity, int report);

// The entries of the plan, later ones winning, and HOME when the plan wants it from the user.
std::vector<std::string> build_environment(const Plan& plan, const User& user);

// Returns only when it fails.
Error execute(const Plan& plan, const std::vector<std::string>& environment);

}  // namespace virtainer
