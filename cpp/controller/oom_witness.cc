#include "controller/oom_witness.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "controller/records.h"

namespace virtainer {

namespace {

constexpr uint64_t kMaxWritingMs = 100;  // from a kill to what the kernel writes about it

bool tells_of(const KernelLog::News& news, pid_t pid) {
  return std::any_of(news.kills.begin(), news.kills.end(),
                     [pid](const OomKill& kill) { return kill.pid == pid && kill.at_limit; });
}

}  // namespace

Status Counter::open(const std::string& path, std::string key) {
  key_ = std::move(key) + " ";
  fd_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd_) return last_error("open", path);
  read();
  return Done{};
}

uint64_t Counter::read() {
  char text[4096];
  ssize_t got = pread(fd_.get(), text, sizeof text, 0);
  // Its group has gone, or the controller has been taken from it: the file would be marked for ever.
  if (got < 0 && errno == ENODEV) fd_.reset();
  std::string_view rest(text, got > 0 ? static_cast<size_t>(got) : 0);
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size()));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.starts_with(key_)) continue;
    std::optional<uint64_t> value = parse_number(line.substr(key_.size()), UINT64_MAX);
    if (value) value_ = *value;
  }
  return value_;
}

void OomWitness::open(const CounterSetting& counter) {
  is_open_ = counter.step >= 0 && counter_.open(counter.file, counter.key);
  if (!is_open_) return;
  log_.open();
  before_ = counter_.read();
}

bool OomWitness::has_seen_kill(pid_t pid, bool by_us) {
  // The kernel counts before it kills: without a count it was somebody else.
  if (!is_open_ || counter_.read() <= before_) return false;
  if (!log_.is_open()) return !by_us;
  for (uint64_t deadline = monotonic_ms() + kMaxWritingMs;;) {
    if (tells_of(log_.read(), pid)) return true;
    uint64_t now = monotonic_ms();
    if (now >= deadline) return false;
    log_.wait(static_cast<int>(deadline - now));
  }
}

}  // namespace virtainer
