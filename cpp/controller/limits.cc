#include "controller/limits.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/unique_fd.h"

namespace virtainer {

Status limit_resources(const Confinement& confinement, pid_t process) {
  for (const ResourceLimit& limit : confinement.limits) {
    if (prlimit(process, limit.resource, &limit.limit, nullptr) != 0)
      return last_error("prlimit").at(limit.step);
  }
  return Done{};
}

Status adjust_oom_score(int proc, pid_t process, const NumberSetting& score) {
  if (!score.given()) return Done{};
  const std::string path = std::to_string(process) + "/oom_score_adj";
  const std::string text = std::to_string(score.value);
  unique_fd file(openat(proc, path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return last_error("openat", path).at(score.step);
  if (write(file.get(), text.data(), text.size()) < 0) return last_error("write", path).at(score.step);
  return Done{};
}

Status follow_memory_policy(const Confinement& confinement) {
  const MemoryPolicy& policy = confinement.memory_policy;
  if (policy.step < 0) return Done{};
  // The kernel counts the bits from one.
  unsigned long bits = policy.nodes.size() * 8 * sizeof(unsigned long) + 1;
  if (syscall(SYS_set_mempolicy, policy.mode, policy.nodes.data(), bits) != 0)
    return last_error("set_mempolicy").at(policy.step);
  return Done{};
}

}  // namespace virtainer
