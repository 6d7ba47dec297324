// What /proc tells about a process.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/records.h"

namespace virtainer {

struct ProcessState {
  std::string start_time;
  // Since it was forked. False, too, for one that has ended, or is about to, as the copy of its parent.
  bool has_execed = false;
  bool is_ending = false;
  int wait_status = 0;
};

// `proc` is the /proc of the caller's PID namespace.
Result<ProcessState> read_state(int proc, pid_t pid);

// Whether the process has ended or is about to: nothing can be born into the PID namespace of such an init.
bool is_ending(int proc, int pidfd);

unique_fd open_pidfd(pid_t pid);

// Reaps a child that has ended, and never waits: it is not ours to reap while a tracer holds it.
// `usage` is filled in when it was reaped.
ExitStatus take_exit_status(int proc, pid_t pid, int pidfd, std::optional<rusage>* usage = nullptr);

}  // namespace virtainer
