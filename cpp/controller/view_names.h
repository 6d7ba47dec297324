// The files of a container's view of its resources, and what they are made of, by their names in a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace virtainer {

enum class ViewFile : uint8_t { meminfo, swaps, cpuinfo, cpu_online, stat, uptime, loadavg, diskstats };
constexpr size_t kViewFiles = 8;

std::optional<ViewFile> find_view_file(std::string_view name);
const char* view_file_name(ViewFile file);

// A cgroup file by what it says and in which format. Of limits that hold at several levels there may be
// several; the smallest counts.
enum class ViewSourceKind : uint8_t {
  memory_limit,           // bytes or `max`
  memory_and_swap_limit,  // version 1: both together
  swap_limit,             // bytes or `max`
  memory_usage,           // bytes
  memory_stat_v1,
  memory_stat_v2,
  cpus,           // a list such as 0-1,4
  cpu_quota,      // version 1: microseconds, -1 for none, and for each its period
  cpu_period,     // microseconds
  cpu_max,        // version 2: quota or `max`, and period
  cpu_usage_v1,   // cpuacct.usage_all: nanoseconds by CPU
  cpu_usage_v2,   // cpu.stat
  processes,      // a number
  io_operations,  // version 1: blkio.throttle.io_serviced_recursive
  io_bytes,       // version 1: blkio.throttle.io_service_bytes_recursive
  io_stat,        // version 2
};

std::optional<ViewSourceKind> find_view_source(std::string_view name);

struct ViewSource {
  ViewSourceKind kind;
  std::string path;
};

}  // namespace virtainer
