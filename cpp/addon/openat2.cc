#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/js_error.h"

namespace virtainer {
namespace {

/** EAGAIN: a rename elsewhere raced with a `..` in a scoped walk, which says nothing about this path. */
constexpr int kAttempts = 32;

int openScoped(int dirFd, const std::string& path, open_how how) {
  long fd = -1;
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    fd = syscall(SYS_openat2, dirFd, path.c_str(), &how, sizeof how);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return static_cast<int>(fd);
}

}  // namespace

NAN_METHOD(openat2) {
  Arguments arguments(info);
  int dirFd = arguments.dirFd(0, "dirFd");
  std::string path = arguments.string(1, "path");
  open_how how{};
  how.flags = static_cast<uint64_t>(arguments.integer(2, "flags", 0, UINT32_MAX)) | O_CLOEXEC;
  how.resolve = static_cast<uint64_t>(arguments.integer(3, "resolve", 0, UINT32_MAX));
  if (!arguments.missing(4)) how.mode = static_cast<uint64_t>(arguments.integer(4, "mode", 0, 07777));
  if (!arguments.ok()) return;
  int fd = openScoped(dirFd, path, how);
  if (fd < 0) return throwFailure(failure("openat2", path));
  info.GetReturnValue().Set(fd);
}

}  // namespace virtainer
