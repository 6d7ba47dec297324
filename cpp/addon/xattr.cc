#include <sys/xattr.h>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/js_error.h"

namespace virtainer {
namespace {

/** More than any security module's label. */
constexpr size_t kMaxValueBytes = 8192;

/**
 * The descriptor's own file, also when that is a link, a device or open for its name only: none of these can
 * be opened for fsetxattr(2).
 */
std::string pathOf(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace

NAN_METHOD(getXattr) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  std::string name = arguments.string(1, "name");
  if (!arguments.ok()) return;
  std::string value(kMaxValueBytes, '\0');
  ssize_t size = getxattr(pathOf(fd).c_str(), name.c_str(), value.data(), value.size());
  if (size < 0) {
    if (errno != ENODATA) throwFailure(failure("getxattr", name));
    return;
  }
  info.GetReturnValue().Set(Nan::CopyBuffer(value.data(), static_cast<uint32_t>(size)).ToLocalChecked());
}

NAN_METHOD(setXattr) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  std::string name = arguments.string(1, "name");
  std::string value = arguments.bytes(2, "value");
  if (!arguments.ok()) return;
  if (setxattr(pathOf(fd).c_str(), name.c_str(), value.data(), value.size(), 0) < 0)
    throwFailure(failure("setxattr", name));
}

NAN_METHOD(removeXattr) {
  Arguments arguments(info);
  int fd = arguments.fd(0, "fd");
  std::string name = arguments.string(1, "name");
  if (!arguments.ok()) return;
  if (removexattr(pathOf(fd).c_str(), name.c_str()) < 0 && errno != ENODATA)
    throwFailure(failure("removexattr", name));
}

}  // namespace virtainer
