#include "controller/terminals.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "controller/syscalls.h"

namespace virtainer {

namespace {

// Before it is opened: opening a device can have effects, and a mount over ptmx could show another one.
Status check_ptmx(int devpts, const std::string& path) {
  struct statfs filesystem = {};
  if (fstatfs(devpts, &filesystem) != 0) return last_error("fstatfs", path);
  if (filesystem.f_type != DEVPTS_SUPER_MAGIC) return Error{ENODEV, "fstatfs", path};
  unique_fd ptmx(sys_openat2(devpts, "ptmx", O_PATH, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS));
  if (!ptmx) return last_error("openat2", path + "/ptmx");
  struct stat status = {};
  if (fstat(ptmx.get(), &status) != 0) return last_error("fstat", path + "/ptmx");
  bool is_ptmx = S_ISCHR(status.st_mode) && status.st_rdev == makedev(5, 2);
  return is_ptmx ? Status(Done{}) : Error{ENODEV, "fstat", path + "/ptmx"};
}

}  // namespace

Result<Terminal> open_terminal(int devpts, const std::string& path) {
  VT_TRY(check_ptmx(devpts, path));
  constexpr uint64_t kFlags = O_RDWR | O_NOCTTY | O_NOFOLLOW;
  unique_fd master(sys_openat2(devpts, "ptmx", kFlags, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS));
  if (!master) return last_error("openat2", path + "/ptmx");
  int unlock = 0;
  if (ioctl(master.get(), TIOCSPTLCK, &unlock) != 0) return last_error("TIOCSPTLCK", path);
  unique_fd slave(ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) return last_error("TIOCGPTPEER", path);
  return Terminal{std::move(master), std::move(slave)};
}

Result<unique_fd> open_by_name(int slave, const std::string& devpts) {
  struct stat expected = {};
  if (fstat(slave, &expected) != 0) return last_error("fstat", devpts);
  const std::string path = devpts + "/" + std::to_string(minor(expected.st_rdev));
  constexpr uint64_t kFlags = O_RDWR | O_NOCTTY | O_NOFOLLOW;
  unique_fd terminal(sys_openat2(AT_FDCWD, path.c_str(), kFlags, RESOLVE_NO_SYMLINKS));
  if (!terminal) return last_error("openat2", path);
  struct stat found = {};
  if (fstat(terminal.get(), &found) != 0) return last_error("fstat", path);
  bool is_same = found.st_dev == expected.st_dev && found.st_ino == expected.st_ino;
  return is_same ? Result<unique_fd>(std::move(terminal)) : Error{ESTALE, "openat2", path};
}

Status set_window_size(int terminal, unsigned short rows, unsigned short columns) {
  winsize size = {rows, columns, 0, 0};
  if (ioctl(terminal, TIOCSWINSZ, &size) != 0) return last_error("TIOCSWINSZ");
  return Done{};
}

Status use_as_stdio(int fd) {
  for (int stdio = 0; stdio <= STDERR_FILENO; stdio++) {
    if (dup2(fd, stdio) < 0) return last_error("dup2");
  }
  return Done{};
}

Status take_terminal(int slave, uid_t owner) {
  if (fchown(slave, owner, static_cast<gid_t>(-1)) != 0) return last_error("fchown", "terminal");
  if (ioctl(slave, TIOCSCTTY, 0) != 0) return last_error("TIOCSCTTY", "terminal");
  return use_as_stdio(slave);
}

}  // namespace virtainer
