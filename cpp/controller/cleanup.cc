#include "controller/cleanup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/unique_fd.h"
#include "controller/apparmor_profile.h"
#include "controller/cgroups.h"
#include "controller/records.h"

namespace virtainer {

namespace {

constexpr uint64_t kPatienceMs = 2000;  // while nothing gets less
constexpr uint64_t kMaxMs = 30'000;
constexpr uint64_t kBudgetMs = 50;  // of one attempt: the loop has more to do
constexpr int kMaxDelayMs = 50;

void report(const Log& log, const char* what, const std::string& path) {
  log.write(std::string("cannot remove ") + what + " " + path + ": errno " + std::to_string(errno));
}

}  // namespace

void thaw_container(const Plan& plan) {
  for (const Setting& group : plan.cgroups_v1) thaw_cgroup_v1(group.value);
}

void kill_leftovers(const Plan& plan) {
  if (plan.cgroup_v2.given()) kill_processes_below(plan.cgroup_v2.value);
  for (const Setting& group : plan.cgroups_v1) kill_processes_below(group.value);
}

bool Cleanup::attempt(uint64_t now_ms) {
  if (last_deadline_ms_ == 0) {
    deadline_ms_ = now_ms + kPatienceMs;
    last_deadline_ms_ = now_ms + kMaxMs;
  }
  if (plan_.cgroup_v2.given()) kill_cgroup_v2(plan_.cgroup_v2.value);
  kill_leftovers(plan_);
  uint64_t budget_ms = kBudgetMs / std::max<size_t>(left_.size(), 1);
  std::erase_if(left_, [&](TreeRemoval& tree) { return tree.attempt(budget_ms); });
  bool progress =
      std::any_of(left_.begin(), left_.end(), [](const TreeRemoval& tree) { return tree.made_progress(); });
  if (progress) deadline_ms_ = std::min(now_ms + kPatienceMs, last_deadline_ms_);
  if (!left_.empty() && now_ms < deadline_ms_) {
    delay_ms_ = progress ? 1 : std::min(delay_ms_ * 2, kMaxDelayMs);
    return false;
  }
  for (const TreeRemoval& tree : left_) report(log_, "directory", tree.directory());
  for (const std::string& directory : plan_.remove_directories_if_empty) rmdir(directory.c_str());
  return true;
}

void remove_live_files(const Plan& plan, int state_directory, const Log& log) {
  for (const char* name : {"control", "live.json"}) {
    if (unlinkat(state_directory, name, 0) != 0 && errno != ENOENT) report(log, "file", name);
  }
  if (plan.remove_profile.given()) {
    Status removed = remove_apparmor_profile(plan.remove_profile.value);
    errno = removed ? 0 : removed.error().code;
    if (!removed) report(log, "profile", plan.remove_profile.value);
  }
  for (const std::string& path : plan.remove_files) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) report(log, "file", path);
  }
}

// The last thing done to the state directory: from here on it is the next start's.
void leave_state_directory(const Plan& plan, int state_directory, bool persistent, const Log& log) {
  if (!persistent) unlinkat(state_directory, "exit", 0);
  if (unlinkat(state_directory, "controller", 0) != 0 && errno != ENOENT) report(log, "file", "controller");
  const std::string& path = plan.state_directory.value;
  if (!persistent && rmdir(path.c_str()) != 0 && errno != ENOENT) report(log, "directory", path);
}

void clean_up_unstarted(const Plan& plan) {
  Log log;
  log.name_domain(plan.uuid, plan.name);
  Cleanup(plan, log).attempt(monotonic_ms());
  unique_fd directory(
      open(plan.state_directory.value.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return;
  remove_live_files(plan, directory.get(), log);
  leave_state_directory(plan, directory.get(), is_persistent(plan), log);
}

bool is_persistent(const Plan& plan) {
  return plan.persistent_file.given() && access(plan.persistent_file.value.c_str(), F_OK) == 0;
}

}  // namespace virtainer
