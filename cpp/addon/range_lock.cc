#include <fcntl.h>

#include <cerrno>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/js_error.h"

namespace virtainer {
namespace {

constexpr int64_t kMaxOffset = (int64_t{1} << 53) - 1;

/** An open file description lock: it lives as long as the open file, in whatever process a copy of it is. */
Result<bool> lockRangeNow(int fd, off_t start, off_t count, bool shared) {
  struct flock range = {};
  range.l_type = shared ? F_RDLCK : F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = count;
  if (fcntl(fd, F_OFD_SETLK, &range) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return failure("fcntl");
}

}  // namespace

NAN_METHOD(tryLockRange) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  int64_t start = arguments.integer(1, "start", 0, kMaxOffset);
  // The kernel takes a length of 0 as "all that follows".
  int64_t count = arguments.integer(2, "count", 1, kMaxOffset);
  bool shared = arguments.option(3, "options", "shared");
  if (!arguments.ok()) return;
  Result<bool> locked = lockRangeNow(fd, start, count, shared);
  if (!locked.ok()) return throwFailure(locked.error());
  info.GetReturnValue().Set(locked.value());
}

}  // namespace virtainer
