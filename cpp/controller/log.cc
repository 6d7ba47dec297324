#include "controller/log.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace virtainer {

namespace {

// A pipe that is ready takes this much without blocking (PIPE_BUF).
constexpr size_t kMaxLineBytes = 4096;

// Not gmtime(): it reads /etc/localtime, which may be a container's.
std::string timestamp() {
  using namespace std::chrono;
  auto now = floor<milliseconds>(system_clock::now());
  auto day = floor<days>(now);
  year_month_day date(day);
  hh_mm_ss time(now - day);
  char text[96];
  snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%03d+0000", static_cast<int>(date.year()),
           static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
           static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
           static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '\\') {
      out.push_back(static_cast<char>(c));
      continue;
    }
    char code[8];
    snprintf(code, sizeof code, "\\x%02x", c);
    out += code;
  }
  return out;
}

void Log::name_domain(std::string_view uuid, std::string_view name) {
  prefix_ = escape(uuid.substr(0, 64)) + " " + escape(name.substr(0, 256)) + ": ";
}

void Log::write(std::string_view message) const {
  std::string line = (timestamp() + ": " + prefix_ + escape(message)).substr(0, kMaxLineBytes - 1) + "\n";
  pollfd ready = {STDERR_FILENO, POLLOUT, 0};
  if (poll(&ready, 1, 0) <= 0 || !(ready.revents & POLLOUT)) return;
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace virtainer
