// What a container has read and written on block devices.
#pragma once

#include <string>

#include "controller/view_readings.h"

namespace virtainer {

std::string show_diskstats(const ViewReadings& readings);

}  // namespace virtainer
