// The process that gives birth to a container and builds its root file system. It stays in the host's user
// namespace, in a mount namespace of its own: only there can mounts be idmapped and devices be made. What the
// container gets is a copy in which it can't take a single mount away.
#pragma once

#include "controller/cgroups.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

// Borrowed from the supervisor.
struct Building {
  const Plan& plan;
  const Cgroups& cgroups;
  const Log& log;
  int view;      // the mount of the view's file system; -1: none
  int report;    // the child's end of the report sockets
  pid_t* birth;  // where the kernel notes the number of the container's first process
};

// Between builder and container, each packet says that something is done: the container's cgroup namespace,
// its ids, and its root, with console 0. Whoever finds the link closed ends: the other one has said why.
//
// Runs in a new mount namespace. The container's first process becomes a child of the builder's parent.
[[noreturn]] void run_builder(const Building& building);

}  // namespace virtainer
