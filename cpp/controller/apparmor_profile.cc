#include "controller/apparmor_profile.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common/unique_fd.h"

namespace virtainer {

Status remove_apparmor_profile(const std::string& name, const std::string& folder, long magic) {
  const std::string path = folder + "/.remove";
  unique_fd fd(open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return last_error("open", path);
  struct statfs file_system = {};
  if (fstatfs(fd.get(), &file_system) != 0) return last_error("fstatfs", path);
  if (file_system.f_type != magic) return Error{EXDEV, "fstatfs", path};
  ssize_t written = write(fd.get(), name.data(), name.size());
  if (written < 0 && errno != ENOENT) return last_error("write", path);
  return Done{};
}

}  // namespace virtainer
