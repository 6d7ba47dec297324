#include "controller/view_cpus.h"

#include <algorithm>

#include "common/tokens.h"
#include "controller/view_text.h"

namespace virtainer {

namespace {

constexpr uint64_t kNoQuota = UINT64_MAX;

uint64_t whole_cpus(std::string_view quota, std::string_view period) {
  std::optional<uint64_t> used = read_number(quota);  // -1 is no number: no limit
  std::optional<uint64_t> of = read_number(period);
  if (!used || *used == kUnlimited || !of || *of == 0) return kNoQuota;
  return std::max<uint64_t>(1, (*used + *of - 1) / *of);
}

uint64_t quota_in_cpus(const ViewReadings& readings) {
  uint64_t least = kNoQuota;
  const std::vector<std::string> quotas = readings.texts(ViewSourceKind::cpu_quota);
  const std::vector<std::string> periods = readings.texts(ViewSourceKind::cpu_period);
  for (size_t i = 0; i < std::min(quotas.size(), periods.size()); i++) {
    least = std::min(least, whole_cpus(quotas[i], periods[i]));
  }
  for (const std::string& text : readings.texts(ViewSourceKind::cpu_max)) {
    std::vector<std::string_view> words = words_of(text);
    if (words.size() == 2) least = std::min(least, whole_cpus(words[0], words[1]));
  }
  return least;
}

bool is_shown(const std::vector<unsigned>& cpus, std::string_view block) {
  for (std::string_view line : lines_of(block)) {
    if (!line.starts_with("processor")) continue;
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    std::optional<uint64_t> number = read_number(line.substr(colon + 1));
    return number && std::find(cpus.begin(), cpus.end(), *number) != cpus.end();
  }
  return true;  // of the machine
}

}  // namespace

ViewCpus cpus_of(const ViewReadings& readings) {
  ViewCpus cpus;
  cpus.shown = read_cpu_list(readings.text(ViewSourceKind::cpus));
  if (cpus.shown.empty()) cpus.shown = read_cpu_list(ViewReadings::host("/sys/devices/system/cpu/online"));
  if (cpus.shown.empty()) cpus.shown = {0};
  const uint64_t quota = quota_in_cpus(readings);
  if (quota >= cpus.shown.size()) return cpus;
  cpus.is_quota = true;
  cpus.shown.resize(quota);
  return cpus;
}

std::string show_cpuinfo(const ViewReadings& readings) {
  const std::vector<unsigned> cpus = cpus_of(readings).shown;
  const std::string host = ViewReadings::host("/proc/cpuinfo");
  std::string text;
  for (std::string_view rest = host; !rest.empty();) {
    size_t end = rest.find("\n\n");
    std::string_view block = rest.substr(0, end == std::string_view::npos ? end : end + 2);
    if (is_shown(cpus, block)) text.append(block);
    rest.remove_prefix(block.size());
  }
  return text;
}

std::string show_cpu_online(const ViewReadings& readings) {
  return write_cpu_list(cpus_of(readings).shown) + "\n";
}

}  // namespace virtainer
