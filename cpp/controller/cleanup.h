// Removing what a container leaves behind. Cgroups may stay busy for a moment: steps, not sleeps.
#pragma once

#include <string>
#include <vector>

#include "controller/cgroups.h"
#include "controller/log.h"
#include "controller/plan.h"

namespace virtainer {

class Cleanup {
 public:
  Cleanup(const Plan& plan, const Log& log)
      : plan_(plan), log_(log), left_(plan.remove_directories.begin(), plan.remove_directories.end()) {}

  // One attempt. True: everything is gone, or the time for it is over.
  bool attempt(uint64_t now_ms);
  // When to try again.
  int delay_ms() const { return delay_ms_; }

 private:
  const Plan& plan_;
  const Log& log_;
  std::vector<TreeRemoval> left_;
  uint64_t deadline_ms_ = 0;
  uint64_t last_deadline_ms_ = 0;
  int delay_ms_ = 1;
};

// A paused container can't end otherwise, where version 1 has paused it.
void thaw_container(const Plan& plan);

// SIGKILL to everything in the container's cgroups, which stay usable.
void kill_leftovers(const Plan& plan);

// The state directory's files, and the plan's. The directory itself goes with a transient domain.
void remove_live_files(const Plan& plan, int state_directory, const Log& log);
void leave_state_directory(const Plan& plan, int state_directory, bool persistent, const Log& log);

// After a start that has not come as far as a supervisor.
void clean_up_unstarted(const Plan& plan);

bool is_persistent(const Plan& plan);

}  // namespace virtainer
