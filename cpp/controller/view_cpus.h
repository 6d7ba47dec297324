// The CPUs that a container has.
#pragma once

#include <string>
#include <vector>

#include "controller/view_readings.h"

namespace virtainer {

struct ViewCpus {
  std::vector<unsigned> shown;  // by the host's numbers, which its processes use too
  bool is_quota = false;        // fewer than it may run on: its time is limited, not the place
};

ViewCpus cpus_of(const ViewReadings& readings);
std::string show_cpuinfo(const ViewReadings& readings);
std::string show_cpu_online(const ViewReadings& readings);

}  // namespace virtainer
