// Joining, emptying and removing cgroups of both versions.
#pragma once

#include <cstdint>
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

// A group and everything below it, however deep, with one descriptor and in steps.
class GroupWalk {
 public:
  GroupWalk() = default;
  explicit GroupWalk(const std::string& directory);

  // Goes on to the next group, or back to its parent. False: that was all.
  bool next();
  bool under_way() const { return static_cast<bool>(current_); }
  int current() const { return current_.get(); }
  // True: the walk has come down to `current` for the first time. False: it is back from `left`, below it.
  bool arrived() const { return arrived_; }
  const std::string& left() const { return left_; }

 private:
  bool arrive(unique_fd group);
  bool leave();
  bool stop();

  unique_fd current_;
  std::vector<std::vector<std::string>> levels_;  // what is still to be visited
  std::string left_;
  bool arrived_ = false;
};

// Removes a directory; of a cgroup file system also the groups that the container has made below it, deepest
// first, and what runs in them.
class TreeRemoval {
 public:
  explicit TreeRemoval(std::string directory) : directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }
  // True when it is gone. After the time given the next attempt goes on where this one has stopped.
  bool attempt(uint64_t budget_ms);
  // The last attempt has removed something, or not come to an end.
  bool made_progress() const { return progress_; }

 private:
  std::string directory_;
  GroupWalk walk_;
  bool progress_ = false;
};

// As a group was before anything ran in it: without groups below it, handing down no controllers. Otherwise
// nothing can be cloned into a group of version 2 again. What can't be removed in a second stays.
void empty_group(const std::string& directory);

}  // namespace virtainer
