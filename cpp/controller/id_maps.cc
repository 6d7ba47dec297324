#include "controller/id_maps.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace virtainer {

namespace {

// The kernel takes a map in one write only.
Status write_map(int proc, const std::string& path, const IdMap& map) {
  std::string text;
  for (const IdRange& range : map.ranges) {
    text += std::to_string(range.inside) + " " + std::to_string(range.outside) + " " +
            std::to_string(range.count) + "\n";
  }
  unique_fd file(openat(proc, path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return last_error("openat", path).at(map.step);
  if (write(file.get(), text.data(), text.size()) < 0) return last_error("write", path).at(map.step);
  return Done{};
}

}  // namespace

Status map_ids(const Plan& plan, int proc, pid_t container) {
  if (!plan.has_user_namespace()) return Done{};
  const std::string directory = std::to_string(container);
  VT_TRY(write_map(proc, directory + "/uid_map", plan.uid_map));
  VT_TRY(write_map(proc, directory + "/gid_map", plan.gid_map));
  // Of project quotas. Left empty, the container could write it.
  return write_map(proc, directory + "/projid_map", plan.uid_map);
}

Result<unique_fd> open_user_namespace(const Plan& plan, int proc, pid_t container) {
  if (!plan.has_user_namespace()) return unique_fd();
  const std::string path = std::to_string(container) + "/ns/user";
  unique_fd fd(openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return last_error("openat", path);
  return fd;
}

Status act_as_container_root(const Plan& plan) {
  if (!plan.has_user_namespace()) return Done{};
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0) return last_error("PR_SET_SECUREBITS");
  constexpr uid_t kKept = static_cast<uid_t>(-1);
  if (setresgid(kKept, plan.gid_map.root(), kKept) != 0) return last_error("setresgid").at(plan.gid_map.step);
  if (setresuid(kKept, plan.uid_map.root(), kKept) != 0) return last_error("setresuid").at(plan.uid_map.step);
  // The kernel sets it anew with every change of user.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return last_error("PR_SET_DUMPABLE");
  return Done{};
}

Status limit_nested_user_namespaces(const NumberSetting& limit, int proc) {
  if (!limit.given()) return Done{};
  constexpr char kPath[] = "sys/user/max_user_namespaces";
  const std::string text = std::to_string(limit.value);
  unique_fd file(openat(proc, kPath, O_WRONLY | O_CLOEXEC));
  if (!file) return last_error("openat", kPath).at(limit.step);
  if (write(file.get(), text.data(), text.size()) < 0) return last_error("write", kPath).at(limit.step);
  return Done{};
}

Status become_namespace_root() {
  if (setgroups(0, nullptr) != 0) return last_error("setgroups");
  if (setresgid(0, 0, 0) != 0) return last_error("setresgid");
  if (setresuid(0, 0, 0) != 0) return last_error("setresuid");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return last_error("PR_SET_DUMPABLE");
  return Done{};
}

}  // namespace virtainer
