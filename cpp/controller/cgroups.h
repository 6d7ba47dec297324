// Joining, emptying and removing cgroups of both versions.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

// Opened by the supervisor, so that the child needs no path of the host.
struct Cgroups {
  std::vector<unique_fd> tasks;  // of version 1
  std::vector<Setting> groups;   // of version 1, in the same order
  unique_fd directory;           // of version 2

  std::vector<int> task_descriptors() const;
};

Result<Cgroups> open_cgroups(const std::vector<Setting>& v1, const Setting& v2);

// The caller itself joins the version 1 groups; into a version 2 group processes are cloned.
Status join_cgroups(const Cgroups& cgroups);

// SIGKILL to everything in the group and below it, frozen or not: process by process, or all at once where
// the kernel can. Not all at once in a group that is to be used again: kernels from 6.15 on then kill
// whatever is cloned into it from another group (the kill counters of the two differ).
void kill_processes_below(const std::string& directory);
void kill_cgroup_v2(const std::string& directory);
void thaw_cgroup_v1(const std::string& directory);

// Removes a directory; of a cgroup file system also the groups that the container has made below it.
// True when it is gone.
bool remove_tree(const std::string& directory);

}  // namespace virtainer
