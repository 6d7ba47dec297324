// The last step of a child: environment, executable, execve.
#pragma once

#include "common/result.h"
#include "controller/credentials.h"
#include "controller/plan.h"

namespace virtainer {

// From here on the caller is the plan's user, in the plan's directory, with nothing of ours but `report`,
// which closes on exec.
Status shed_privileges(const Plan& plan, const Identity& identity, int report);

// The entries of the plan, later ones winning, and HOME when the plan wants it from the user.
std::vector<std::string> build_environment(const Plan& plan, const User& user);

// Returns only when it fails.
Error execute(const Plan& plan, const std::vector<std::string>& environment);

}  // namespace virtainer
