#include "controller/process_mount.h"

#include <sched.h>
#include <sys/wait.h>

#include <vector>

#include "controller/mounts.h"

namespace virtainer {

namespace {

constexpr size_t kStackBytes = 256 * 1024;

struct Order {
  const RootStep& step;
  const Log& log;
  Result<unique_fd> mount;
};

int carry_out(void* order) {
  Order& made = *static_cast<Order*>(order);
  made.mount = make_mount(made.step, made.log);
  return 0;
}

}  // namespace

// A process can't change its own PID namespace, only that of its children: one is born that shares memory and
// descriptors, so that the mount's descriptor is ours. We wait until it has ended.
Result<unique_fd> make_process_mount(const RootStep& step, int container, const Log& log) {
  if (setns(container, CLONE_NEWPID) != 0) return last_error("setns", step.target);
  Order order = {step, log, Error{ECHILD, "clone", step.target}};
  std::vector<char> stack(kStackBytes);
  int flags = CLONE_VM | CLONE_FILES | CLONE_VFORK | SIGCHLD;
  pid_t child = clone(carry_out, stack.data() + stack.size(), flags, &order);
  if (child < 0) return last_error("clone", step.target);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return std::move(order.mount);
}

}  // namespace virtainer
