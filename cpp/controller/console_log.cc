#include "controller/console_log.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

namespace virtainer {

namespace {

constexpr uint64_t kMaxBytes = 2 * 1024 * 1024;

}  // namespace

Status ConsoleLog::open(const std::string& path) {
  path_ = path;
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  file_.reset(::open(path.c_str(), kFlags, 0600));
  struct stat status = {};
  if (!file_ || fstat(file_.get(), &status) != 0) return last_error("open", path);
  if (!S_ISREG(status.st_mode)) {
    file_.reset();
    return Error{EINVAL, "open", path};
  }
  size_ = static_cast<uint64_t>(status.st_size);
  return Done{};
}

void ConsoleLog::append(std::string_view bytes) {
  while (file_ && !bytes.empty()) {
    if (size_ >= kMaxBytes) rotate();
    if (!file_) return;
    size_t count = std::min(bytes.size(), static_cast<size_t>(kMaxBytes - size_));
    ssize_t written = write(file_.get(), bytes.data(), count);
    if (written <= 0) return;
    size_ += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void ConsoleLog::rotate() {
  std::string older = path_ + ".0";
  if (rename(path_.c_str(), older.c_str()) != 0) {
    file_.reset();
    return;
  }
  if (Status opened = open(path_); !opened) file_.reset();
}

}  // namespace virtainer
