// Memory and swap as a container has them.
#pragma once

#include <string>

#include "controller/view_readings.h"

namespace virtainer {

std::string show_meminfo(const ViewReadings& readings);
std::string show_swaps(const ViewReadings& readings);

}  // namespace virtainer
