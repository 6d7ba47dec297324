#include "controller/view_memory.h"

#include <algorithm>

#include "controller/view_text.h"

namespace virtainer {

namespace {

constexpr uint64_t kKiB = 1024;

uint64_t less(uint64_t from, uint64_t what) { return from > what ? from - what : 0; }

// A line of /proc/meminfo that is in memory.stat under another name; version 1 counts less.
struct Counter {
  const char* line;
  const char* v1;
  const char* v2;
};

constexpr Counter kCounters[] = {
    {"Cached:", "total_cache", "file"},
    {"SwapCached:", "total_swapcached", "swapcached"},
    {"Active(anon):", "total_active_anon", "active_anon"},
    {"Inactive(anon):", "total_inactive_anon", "inactive_anon"},
    {"Active(file):", "total_active_file", "active_file"},
    {"Inactive(file):", "total_inactive_file", "inactive_file"},
    {"Unevictable:", "total_unevictable", "unevictable"},
    {"Dirty:", "total_dirty", "file_dirty"},
    {"Writeback:", "total_writeback", "file_writeback"},
    {"AnonPages:", "total_rss", "anon"},
    {"Mapped:", "total_mapped_file", "file_mapped"},
    {"Shmem:", "total_shmem", "shmem"},
    {"KReclaimable:", nullptr, "slab_reclaimable"},
    {"Slab:", nullptr, "slab"},
    {"SReclaimable:", nullptr, "slab_reclaimable"},
    {"SUnreclaim:", nullptr, "slab_unreclaimable"},
    {"KernelStack:", nullptr, "kernel_stack"},
    {"PageTables:", nullptr, "pagetables"},
    {"Percpu:", nullptr, "percpu"},
    {"AnonHugePages:", "total_rss_huge", "anon_thp"},
    {"ShmemHugePages:", nullptr, "shmem_thp"},
    {"FileHugePages:", nullptr, "file_thp"},
};

// Properties of the machine, and pools that no controller of ours divides.
constexpr std::string_view kHostLines[] = {"VmallocTotal:",   "HugePages_Total:", "HugePages_Free:",
                                           "HugePages_Rsvd:", "HugePages_Surp:",  "Hugepagesize:"};

// Bytes by the names of memory.stat.
class Counters {
 public:
  explicit Counters(const ViewReadings& readings)
      : is_v1_(readings.has(ViewSourceKind::memory_stat_v1)),
        text_(readings.text(is_v1_ ? ViewSourceKind::memory_stat_v1 : ViewSourceKind::memory_stat_v2)) {}

  uint64_t get(const char* v1, const char* v2) const {
    const char* name = is_v1_ ? v1 : v2;
    return name == nullptr ? 0 : number_of(text_, name);
  }
  uint64_t active() const {
    return get("total_active_anon", "active_anon") + get("total_active_file", "active_file");
  }
  uint64_t inactive() const {
    return get("total_inactive_anon", "inactive_anon") + get("total_inactive_file", "inactive_file");
  }
  // What the kernel gives up before it kills.
  uint64_t reclaimable() const {
    return get("total_active_file", "active_file") + get("total_inactive_file", "inactive_file") +
           get(nullptr, "slab_reclaimable");
  }

 private:
  bool is_v1_;
  std::string text_;
};

struct Amounts {
  uint64_t total = 0;
  uint64_t free = 0;
};

Amounts memory_of(const ViewReadings& readings, const std::string& host) {
  uint64_t total = number_of(host, "MemTotal:") * kKiB;
  total = std::min(total, readings.smallest(ViewSourceKind::memory_limit).value_or(kUnlimited));
  if (!readings.has(ViewSourceKind::memory_usage)) return {total, number_of(host, "MemFree:") * kKiB};
  return {total, less(total, readings.smallest(ViewSourceKind::memory_usage).value_or(0))};
}

// The limit of version 1 is one of memory and swap together.
uint64_t swap_limit(const ViewReadings& readings) {
  uint64_t limit = readings.smallest(ViewSourceKind::swap_limit).value_or(kUnlimited);
  std::optional<uint64_t> both = readings.smallest(ViewSourceKind::memory_and_swap_limit);
  std::optional<uint64_t> memory = readings.smallest(ViewSourceKind::memory_limit);
  // 2^63 less a page is version 1's word for no limit; the host's total is less than what is left of it.
  if (both && memory) limit = std::min(limit, less(*both, *memory));
  return limit;
}

Amounts swap_of(const ViewReadings& readings, const std::string& host, const Counters& counters) {
  const uint64_t limit = swap_limit(readings);
  const uint64_t total = std::min(number_of(host, "SwapTotal:") * kKiB, limit);
  // What others take of the host's swap is not there for the container either.
  const uint64_t left = number_of(host, "SwapFree:") * kKiB;
  return {total, std::min(less(total, counters.get("total_swap", "swap")), left)};
}

struct Line {
  std::string_view name;
  uint64_t bytes;
};

uint64_t value_of(std::string_view name, const Counters& counters, const std::vector<Line>& computed) {
  for (const Line& line : computed) {
    if (name == line.name) return line.bytes;
  }
  for (const Counter& counter : kCounters) {
    if (name == counter.line) return counters.get(counter.v1, counter.v2);
  }
  return 0;
}

bool is_host_line(std::string_view name) {
  return std::find(std::begin(kHostLines), std::end(kHostLines), name) != std::end(kHostLines);
}

}  // namespace

// The lines are those of the host's kernel, so that a reader finds what it expects there.
std::string show_meminfo(const ViewReadings& readings) {
  const std::string host = ViewReadings::host("/proc/meminfo");
  const Counters counters(readings);
  const Amounts memory = memory_of(readings, host);
  const Amounts swap = swap_of(readings, host, counters);
  const std::vector<Line> computed = {
      {"MemTotal:", memory.total},
      {"MemFree:", memory.free},
      {"MemAvailable:", std::min(memory.total, memory.free + counters.reclaimable())},
      {"Active:", counters.active()},
      {"Inactive:", counters.inactive()},
      {"SwapTotal:", swap.total},
      {"SwapFree:", swap.free},
  };
  std::string text;
  for (std::string_view line : lines_of(host)) {
    std::string name(line.substr(0, line.find(':') + 1));
    if (is_host_line(name)) {
      text.append(line).append("\n");
    } else {
      append_format(text, "%-15s%9llu kB\n", name.c_str(),
                    static_cast<unsigned long long>(value_of(name, counters, computed) / kKiB));
    }
  }
  return text;
}

std::string show_swaps(const ViewReadings& readings) {
  const Amounts swap = swap_of(readings, ViewReadings::host("/proc/meminfo"), Counters(readings));
  std::string text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
  if (swap.total == 0) return text;
  append_format(text, "%-40s%s\t%llu\t%s%llu\t%s%d\n", "none", "virtual",
                static_cast<unsigned long long>(swap.total / kKiB),
                swap.total / kKiB < 10'000'000 ? "\t" : "",
                static_cast<unsigned long long>(less(swap.total, swap.free) / kKiB),
                less(swap.total, swap.free) / kKiB < 10'000'000 ? "\t" : "", -2);
  return text;
}

}  // namespace virtainer
