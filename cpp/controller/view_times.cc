#include "controller/view_times.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "controller/view_cpus.h"
#include "controller/view_text.h"

namespace virtainer {

namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;
constexpr uint64_t kHundredthNs = 10'000'000;
constexpr uint64_t kShortestNs = 1'000'000;
constexpr double kLoadSeconds[] = {60, 300, 900};

uint64_t clock_ns(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * kSecondNs + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t less(uint64_t from, uint64_t what) { return from > what ? from - what : 0; }

CpuTime less(const CpuTime& from, const CpuTime& what) {
  return {less(from.user, what.user), less(from.system, what.system)};
}

CpuTimes read_v1(std::string_view text) {
  CpuTimes times;
  for (std::string_view line : lines_of(text)) {
    std::vector<std::string_view> words = words_of(line);
    std::optional<uint64_t> cpu = words.size() == 3 ? read_number(words[0]) : std::nullopt;
    if (!cpu) continue;  // the heading
    CpuTime time = {read_number(words[1]).value_or(0), read_number(words[2]).value_or(0)};
    times.by_cpu[static_cast<unsigned>(*cpu)] = time;
    times.all.user += time.user;
    times.all.system += time.system;
  }
  return times;
}

CpuTimes read_times(const ViewReadings& readings) {
  if (readings.has(ViewSourceKind::cpu_usage_v1)) return read_v1(readings.text(ViewSourceKind::cpu_usage_v1));
  const std::string text = readings.text(ViewSourceKind::cpu_usage_v2);
  CpuTimes times;
  times.all = {number_of(text, "user_usec") * 1000, number_of(text, "system_usec") * 1000};
  return times;
}

// Of so many CPUs. In units, before it is multiplied: nanoseconds of many CPUs soon are more than 64 bits
// hold.
uint64_t idle(uint64_t elapsed_ns, uint64_t cpus, const CpuTime& used, uint64_t unit_ns) {
  return less(elapsed_ns / unit_ns * cpus, used.total() / unit_ns);
}

void append_times(std::string& text, const std::string& name, const CpuTime& time, uint64_t elapsed_ns,
                  uint64_t cpus) {
  static const uint64_t tick_ns = kSecondNs / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  append_format(text, "%s %llu 0 %llu %llu 0 0 0 0 0 0\n", name.c_str(),
                static_cast<unsigned long long>(time.user / tick_ns),
                static_cast<unsigned long long>(time.system / tick_ns),
                static_cast<unsigned long long>(idle(elapsed_ns, cpus, time, tick_ns)));
}

unsigned long long processes_of(const ViewReadings& readings) {
  return readings.smallest(ViewSourceKind::processes).value_or(1);
}

}  // namespace

ViewTimes::ViewTimes(const ViewReadings& readings, int64_t boottime_offset_ns)
    : boottime_offset_ns_(boottime_offset_ns),
      before_(read_times(readings)),
      load_at_ns_(clock_ns(CLOCK_BOOTTIME)) {}

uint64_t ViewTimes::uptime_ns() const {
  const int64_t now = static_cast<int64_t>(clock_ns(CLOCK_BOOTTIME)) + boottime_offset_ns_;
  return static_cast<uint64_t>(std::max<int64_t>(now, 0));
}

CpuTimes ViewTimes::used(const ViewReadings& readings) const {
  CpuTimes times = read_times(readings);
  for (auto& [cpu, time] : times.by_cpu) {
    auto before = before_.by_cpu.find(cpu);
    if (before != before_.by_cpu.end()) time = less(time, before->second);
  }
  times.all = less(times.all, before_.all);
  return times;
}

// Interrupts and context switches are counted for the host only, and forks not at all.
std::string ViewTimes::show_stat(const ViewReadings& readings) const {
  const ViewCpus cpus = cpus_of(readings);
  const CpuTimes times = used(readings);
  const uint64_t elapsed = uptime_ns();
  const uint64_t count = cpus.shown.size();
  // Under a quota the container runs on more CPUs than it has: what it used is that of as many as are shown.
  const bool is_even = cpus.is_quota || times.by_cpu.empty();
  const CpuTime even = {times.all.user / count, times.all.system / count};
  std::string text;
  append_times(text, "cpu ", times.all, elapsed, count);
  for (unsigned cpu : cpus.shown) {
    auto own = times.by_cpu.find(cpu);
    const CpuTime time = is_even || own == times.by_cpu.end() ? even : own->second;
    append_times(text, "cpu" + std::to_string(cpu), time, elapsed, 1);
  }
  append_format(text,
                "intr 0\nctxt 0\nbtime %llu\nprocesses %llu\nprocs_running 1\nprocs_blocked 0\n"
                "softirq 0 0 0 0 0 0 0 0 0 0 0\n",
                static_cast<unsigned long long>(less(clock_ns(CLOCK_REALTIME), elapsed) / kSecondNs),
                processes_of(readings));
  return text;
}

std::string ViewTimes::show_uptime(const ViewReadings& readings) const {
  const uint64_t elapsed = uptime_ns();
  const uint64_t idle_hundredths =
      idle(elapsed, cpus_of(readings).shown.size(), used(readings).all, kHundredthNs);
  std::string text;
  append_format(text, "%.2f %.2f\n", static_cast<double>(elapsed / kHundredthNs) / 100,
                static_cast<double>(idle_hundredths) / 100);
  return text;
}

// The kernel samples every five seconds, whether anybody asks or not. Here the time used since the last
// reading is taken as used evenly: then the same average needs no sampling.
void ViewTimes::advance_load(const ViewReadings& readings) {
  const uint64_t now = clock_ns(CLOCK_BOOTTIME);
  const uint64_t passed = less(now, load_at_ns_);
  if (passed < kShortestNs) return;
  const uint64_t used_ns = used(readings).all.total();
  in_use_ = static_cast<double>(less(used_ns, load_used_ns_)) / static_cast<double>(passed);
  for (size_t i = 0; i < std::size(kLoadSeconds); i++) {
    const double kept = std::exp(-static_cast<double>(passed) / 1e9 / kLoadSeconds[i]);
    loads_[i] = loads_[i] * kept + in_use_ * (1 - kept);
  }
  load_at_ns_ = now;
  load_used_ns_ = used_ns;
}

std::string ViewTimes::show_loadavg(const ViewReadings& readings) {
  advance_load(readings);
  const unsigned long long processes = processes_of(readings);
  const auto running = static_cast<unsigned long long>(std::max(1.0, std::round(in_use_)));
  std::string text;
  append_format(text, "%.2f %.2f %.2f %llu/%llu 0\n", loads_[0], loads_[1], loads_[2],
                std::min(running, processes), processes);
  return text;
}

}  // namespace virtainer
