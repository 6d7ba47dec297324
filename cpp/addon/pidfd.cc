#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "addon/arguments.h"
#include "addon/functions.h"
#include "addon/js_error.h"

namespace virtainer {

// Called by number: glibc has wrappers only since 2.36.

NAN_METHOD(pidfdOpen) {
  Arguments arguments(info);
  auto pid = static_cast<pid_t>(arguments.integer(0, "pid", 1, INT_MAX));
  if (!arguments.ok()) return;
  auto fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return throwFailure(failure("pidfd_open"));
  info.GetReturnValue().Set(fd);
}

NAN_METHOD(pidfdSendSignal) {
  Arguments arguments(info);
  int pidfd = arguments.fd(0, "pidfd");
  auto signal = static_cast<int>(arguments.integer(1, "signal", 0, SIGRTMAX));
  if (!arguments.ok()) return;
  if (syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) < 0)
    throwFailure(failure("pidfd_send_signal"));
}

}  // namespace virtainer
