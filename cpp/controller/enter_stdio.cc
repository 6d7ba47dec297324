#include "controller/enter_stdio.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "controller/handshake.h"
#include "controller/syscalls.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

constexpr char kDevpts[] = "/dev/pts";
constexpr char kNull[] = "/dev/null";

Status prepare_terminal(const Plan& plan, uid_t uid, int link) {
  unique_fd devpts(sys_openat2(AT_FDCWD, kDevpts, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS));
  if (!devpts) return last_error("openat2", kDevpts);
  Result<Terminal> terminal = open_terminal(devpts.get(), kDevpts);
  if (!terminal) return terminal.error();
  VT_TRY(set_window_size(terminal->master.get(), plan.rows, plan.columns));
  if (fchown(terminal->slave.get(), uid, static_cast<gid_t>(-1)) != 0)
    return last_error("fchown", "terminal");
  VT_TRY(ChildReport(link).send_descriptors({terminal->master.get()}));
  return use_as_stdio(terminal->slave.get());
}

bool is_null_device(int fd) {
  struct stat status = {};
  return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

// Found first and opened only when it is the right device: the container may have put anything in its place.
Result<unique_fd> open_own_null(int access, int proc) {
  unique_fd found(sys_openat2(AT_FDCWD, kNull, O_PATH, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS));
  if (!found) return last_error("openat2", kNull);
  if (!is_null_device(found.get())) return Error{ENODEV, "fstat", kNull};
  std::string path = "self/fd/" + std::to_string(found.get());
  unique_fd null(openat(proc, path.c_str(), access | O_NOCTTY | O_CLOEXEC));
  if (!null) return last_error("openat", kNull);
  if (!is_null_device(null.get())) return Error{ENODEV, "fstat", kNull};
  return null;
}

Result<unique_fd> open_empty_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return last_error("pipe2");
  unique_fd writer(ends[1]);
  return unique_fd(ends[0]);
}

// The host's device could be given another mode and owner by root in the container.
Status replace_null(int fd, int proc) {
  if (!is_null_device(fd)) return Done{};
  Result<unique_fd> own = open_own_null(fcntl(fd, F_GETFL) & O_ACCMODE, proc);
  if (!own && fd == STDIN_FILENO) own = open_empty_pipe();
  if (!own) return own.error();
  if (dup2(own->get(), fd) < 0) return last_error("dup2");
  return Done{};
}

// Pipes belong to whom opens /dev/stdout again: the command's user.
Status own_pipe(int fd, uid_t uid, gid_t gid) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return last_error("fstat");
  if (S_ISFIFO(status.st_mode) && fchown(fd, uid, gid) != 0) return last_error("fchown", "stdio");
  return Done{};
}

}  // namespace

Status hand_over_pipes(const Plan& plan) {
  if (plan.terminal_step >= 0) return Done{};
  for (int fd = 0; fd <= STDERR_FILENO; fd++) VT_TRY(own_pipe(fd, plan.uid_map.root(), plan.gid_map.root()));
  return Done{};
}

Status prepare_stdio(const Plan& plan, uid_t uid, int proc, int link) {
  if (plan.terminal_step >= 0) {
    Status prepared = prepare_terminal(plan, uid, link);
    if (!prepared) return std::move(prepared.error()).at(plan.terminal_step);
    return Done{};
  }
  for (int fd = 0; fd <= STDERR_FILENO; fd++) {
    VT_TRY(replace_null(fd, proc));
    VT_TRY(own_pipe(fd, uid, static_cast<gid_t>(-1)));
  }
  return Done{};
}

}  // namespace virtainer
