// Time as a container has spent it: since its start, on its CPUs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "controller/view_readings.h"

namespace virtainer {

// Nanoseconds.
struct CpuTime {
  uint64_t user = 0;
  uint64_t system = 0;

  uint64_t total() const { return user + system; }
};

struct CpuTimes {
  std::map<unsigned, CpuTime> by_cpu;  // empty where the kernel does not tell
  CpuTime all;
};

class ViewTimes {
 public:
  // What has been used before counts no more. The offset is that of the container's boottime clock.
  ViewTimes(const ViewReadings& readings, int64_t boottime_offset_ns);

  std::string show_stat(const ViewReadings& readings) const;
  std::string show_uptime(const ViewReadings& readings) const;
  std::string show_loadavg(const ViewReadings& readings);

 private:
  uint64_t uptime_ns() const;
  CpuTimes used(const ViewReadings& readings) const;
  void advance_load(const ViewReadings& readings);

  int64_t boottime_offset_ns_;
  CpuTimes before_;
  double loads_[3] = {0, 0, 0};
  double in_use_ = 0;  // CPUs, since the last reading
  uint64_t load_at_ns_;
  uint64_t load_used_ns_ = 0;
};

}  // namespace virtainer
