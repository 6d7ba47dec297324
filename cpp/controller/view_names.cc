#include "controller/view_names.h"

namespace virtainer {

namespace {

constexpr const char* kFiles[kViewFiles] = {"meminfo", "swaps",  "cpuinfo", "cpu-online",
                                            "stat",    "uptime", "loadavg", "diskstats"};
constexpr const char* kSources[] = {
    "memory-limit",  "memory-and-swap-limit",
    "swap-limit",    "memory-usage",
    "memory-stat",   "memory-stat-v2",
    "cpus",          "cpu-quota",
    "cpu-period",    "cpu-max",
    "cpu-usage-all", "cpu-stat-v2",
    "processes",     "io-operations",
    "io-bytes",      "io-stat-v2",
};

}  // namespace

std::optional<ViewFile> find_view_file(std::string_view name) {
  for (size_t i = 0; i < kViewFiles; i++) {
    if (name == kFiles[i]) return static_cast<ViewFile>(i);
  }
  return std::nullopt;
}

const char* view_file_name(ViewFile file) { return kFiles[static_cast<size_t>(file)]; }

std::optional<ViewSourceKind> find_view_source(std::string_view name) {
  for (size_t i = 0; i < std::size(kSources); i++) {
    if (name == kSources[i]) return static_cast<ViewSourceKind>(i);
  }
  return std::nullopt;
}

}  // namespace virtainer
