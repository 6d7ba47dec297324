// What outlives the controller or tells others about it: state files, journal records, process identities.
#pragma once

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/plan.h"

namespace virtainer {

uint64_t monotonic_ms();
uint64_t monotonic_us();
uint64_t cpu_time_us();  // of the caller
uint64_t realtime_ms();

// The host's /proc: the caller may have left its mount namespace.
Result<unique_fd> open_proc();
Result<std::string> read_small_file(int directory, const std::string& path);

// `start_time` is field 22 of /proc/PID/stat.
struct ProcessIdentity {
  pid_t pid = 0;
  std::string start_time;
};

// How the container's init has ended; killed, as long as nothing else is known.
struct ExitStatus {
  bool signaled = true;
  int number = SIGKILL;
  bool by_oom_killer = false;

  const char* word() const { return signaled ? "signaled" : "exited"; }
  std::string text() const {
    return (signaled ? "signal " : "exit code ") + std::to_string(number) +
           (by_oom_killer ? " of the OOM killer" : "");
  }
};

// A limit was reached `count` times. With `oom`: `count` processes were killed, and who it was if there was
// one.
struct LimitReport {
  WatchPlan::Kind kind = WatchPlan::Kind::oom;
  uint64_t count = 0;
  std::optional<uint64_t> limit = {};
  pid_t pid = 0;
  std::string process = {};  // printable ASCII, no quotes
};

// Both are written to a temporary name and renamed.
Status write_controller_file(int state_directory, const ProcessIdentity& controller,
                             const ProcessIdentity& init);
Status write_exit_file(int state_directory, const std::string& reason, const ExitStatus& status);

// No record may come out short: lifts the limit on the size of files, and gives what it was.
Result<rlimit> lift_file_size_limit();

Status append_started(const Plan& plan);
// `oom`: how the OOM killer has ended init, if it has.
Status append_stopped(const Plan& plan, const std::string& reason, const ExitStatus& status,
                      const std::optional<LimitReport>& oom);
Status append_limit(const Plan& plan, const LimitReport& report);

}  // namespace virtainer
