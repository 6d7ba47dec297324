// What a container sees of its resources, computed whenever somebody reads it: limits that change show at
// once.
#pragma once

#include <string>
#include <vector>

#include "controller/view_names.h"
#include "controller/view_readings.h"
#include "controller/view_times.h"

namespace virtainer {

class ResourceView {
 public:
  ResourceView(std::vector<ViewSource> sources, int64_t boottime_offset_ns)
      : readings_(std::move(sources)), times_(readings_, boottime_offset_ns) {}

  std::string content(ViewFile file);

 private:
  ViewReadings readings_;
  ViewTimes times_;
};

}  // namespace virtainer
