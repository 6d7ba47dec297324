// Whether a process was killed because its container has no memory left.
#pragma once

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/kernel_log.h"
#include "controller/plan.h"

namespace virtainer {

// A number in a file of a cgroup: `key` and the number, on a line of their own.
class Counter {
 public:
  Status open(const std::string& path, std::string key);
  // -1 once the file has gone.
  int fd() const { return fd_.get(); }
  // The last known one where it can't be read any more.
  uint64_t read();

 private:
  unique_fd fd_;
  std::string key_;
  uint64_t value_ = 0;
};

// Of one process, from before its birth to its end.
class OomWitness {
 public:
  // Without a counter it has seen nothing.
  void open(const CounterSetting& counter);
  // To be asked about a process that SIGKILL has ended. `by_us`: the caller has sent that, too.
  bool has_seen_kill(pid_t pid, bool by_us);

 private:
  bool is_open_ = false;
  Counter counter_;
  uint64_t before_ = 0;
  KernelLog log_;
};

}  // namespace virtainer
