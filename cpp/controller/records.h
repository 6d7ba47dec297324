// What outlives the controller or tells others about it: state files, journal records, process identities.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

uint64_t monotonic_ms();
uint64_t realtime_ms();

// Field 22 of /proc/PID/stat. `proc` is the host's /proc: the caller may have left its mount namespace.
Result<unique_fd> open_proc();
Result<std::string> start_time(int proc, pid_t pid);

struct ProcessIdentity {
  pid_t pid = 0;
  std::string start_time;
};

// How the container's init has ended.
struct ExitStatus {
  bool signaled = false;
  int number = 0;

  const char* word() const { return signaled ? "signaled" : "exited"; }
};

// Both are written to a temporary name and renamed.
Status write_controller_file(int state_directory, const ProcessIdentity& controller,
                             const ProcessIdentity& init);
Status write_exit_file(int state_directory, const std::string& reason, const ExitStatus& status);

Status append_started(const Plan& plan);
Status append_stopped(const Plan& plan, const std::string& reason, const ExitStatus& status);

}  // namespace virtainer
