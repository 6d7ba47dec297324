#include "controller/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "common/unique_fd.h"

namespace virtainer {

namespace {

constexpr char kOffsets[] = "self/timens_offsets";

Status make_time_namespace(const Plan& plan, int proc) {
  const int step = plan.time_offsets.front().step;
  if (unshare(CLONE_NEWTIME) != 0) return last_error("unshare").at(step);
  unique_fd offsets(openat(proc, kOffsets, O_WRONLY | O_CLOEXEC));
  if (!offsets) return last_error("openat", kOffsets).at(step);
  for (const TimeOffset& offset : plan.time_offsets) {
    const std::string line =
        offset.clock + " " + std::to_string(offset.seconds) + " " + std::to_string(offset.nanoseconds) + "\n";
    if (write(offsets.get(), line.data(), line.size()) < 0)
      return last_error("write", kOffsets).at(offset.step);
  }
  return Done{};
}

}  // namespace

Status enter_shared_namespaces(const Plan& plan, int proc) {
  for (const InheritedNamespace& inherited : plan.inherited_namespaces) {
    if (setns(inherited.fd, static_cast<int>(inherited.kind)) != 0)
      return last_error("setns").at(inherited.step);
    close(inherited.fd);
  }
  if (plan.time_offsets.empty()) return Done{};
  return make_time_namespace(plan, proc);
}

uint64_t namespaces_at_birth(const Plan& plan) {
  uint64_t flags = plan.namespaces & ~uint64_t{CLONE_NEWCGROUP | CLONE_NEWNS};
  return plan.time_offsets.empty() ? flags : flags & ~uint64_t{CLONE_NEWTIME};
}

}  // namespace virtainer
