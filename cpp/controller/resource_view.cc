#include "controller/resource_view.h"

#include "controller/view_cpus.h"
#include "controller/view_disks.h"
#include "controller/view_memory.h"

namespace virtainer {

std::string ResourceView::content(ViewFile file) {
  switch (file) {
    case ViewFile::meminfo:
      return show_meminfo(readings_);
    case ViewFile::swaps:
      return show_swaps(readings_);
    case ViewFile::cpuinfo:
      return show_cpuinfo(readings_);
    case ViewFile::cpu_online:
      return show_cpu_online(readings_);
    case ViewFile::stat:
      return times_.show_stat(readings_);
    case ViewFile::uptime:
      return times_.show_uptime(readings_);
    case ViewFile::loadavg:
      return times_.show_loadavg(readings_);
    case ViewFile::diskstats:
      return show_diskstats(readings_);
  }
  return "";
}

}  // namespace virtainer
