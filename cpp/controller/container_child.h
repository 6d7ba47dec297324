// The process that becomes the container's init.
#pragma once

#include "controller/cgroups.h"
#include "controller/plan.h"

namespace virtainer {

// Borrowed from the builder.
struct ContainerBirth {
  const Plan& plan;
  const Cgroups& cgroups;
  int report;  // the child's end of the report sockets
  int link;    // to the builder, see builder.h
  int proc;    // the host's /proc
};

// Runs in the new namespaces, as nobody of them yet.
[[noreturn]] void run_container_child(const ContainerBirth& birth);

}  // namespace virtainer
