// What the kernel's log tells of processes that the OOM killer has killed. Nobody else does.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.h"

namespace virtainer {

struct OomKill {
  pid_t pid = 0;
  std::string name;       // printable ASCII, no quotes
  bool at_limit = false;  // of a cgroup, not for want of memory of the host
  // Of version 1 or 2, from the root of its hierarchy; empty where the kernel has not told, because it limits
  // how often it does.
  std::string group;    // of the process
  std::string limited;  // whose limit was reached
};

// Puts kills together from the records of /dev/kmsg. Pure. Text that a user has written to the log is not
// believed, and a process's name can't pass for more than a name.
class OomKills {
 public:
  void add(std::string_view record);
  std::vector<OomKill> take() { return std::move(kills_); }

 private:
  void add_choice(std::string_view text);
  void add_kill(std::string_view reason, std::string_view victim);

  OomKill chosen_;  // by the kernel, and not yet killed
  std::vector<OomKill> kills_;
};

class KernelLog {
 public:
  // From now on. A log that can't be read, or whose numbers of processes are not those of the caller, tells
  // nothing.
  void open();
  bool is_open() const { return static_cast<bool>(fd_); }

  struct News {
    std::vector<OomKill> kills;
    bool whole = true;  // false: there may have been more
  };
  // What has come since the last call.
  News read();
  // Waits a moment: the kernel writes about a kill just after it.
  void wait(int timeout_ms) const;

 private:
  unique_fd fd_;
  OomKills parsed_;
};

}  // namespace virtainer
