// What both commands do first, and the controller as a process.
#pragma once

#include <span>
#include <string>

#include "controller/handshake.h"
#include "controller/plan.h"

namespace virtainer {

// Descriptors 0, 1 and 2 are open, and no process of a container can look into this one.
void protect_process();

// hello, the plan, leaving Node's process tree, planRead. Ends the process when one of them fails.
Plan begin(Handshake& handshake, std::span<const int> inherited, int plan_fd, Command command);

void set_process_title(int argc, char** argv, const std::string& title);

}  // namespace virtainer
