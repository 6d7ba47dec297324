// Between the supervisor of an `enter`, which stays in the host's namespaces, and the command, which is born
// in the container's: a process that no process of the container sees leaves everything of the host behind.
#pragma once

#include "controller/cgroups.h"
#include "controller/plan.h"

namespace virtainer {

// Borrowed from the supervisor.
struct Joining {
  const Plan& plan;
  const Cgroups& cgroups;
  int init;    // pidfd
  int proc;    // the host's /proc
  int link;    // the child's end of report sockets: carries the terminal's master
  int report;  // the child's end of a report pipe
  pid_t* birth;
};

// Runs in the container's version 2 cgroup. The command becomes a child of the joiner's parent.
[[noreturn]] void run_joiner(const Joining& joining);

}  // namespace virtainer
