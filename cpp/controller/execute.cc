#include "controller/execute.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <climits>
#include <map>

#include "common/unique_fd.h"
#include "controller/clone.h"
#include "controller/confinement.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr std::string_view kDefaultPath = "/bin:/usr/bin";

std::string_view path_of(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    if (entry.starts_with("PATH=")) return std::string_view(entry).substr(5);
  }
  return kDefaultPath;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// Whether a search along PATH goes on after this error, as execvp() decides.
bool is_elsewhere(int code) {
  return code == ENOENT || code == ENOTDIR || code == EACCES || code == ESTALE || code == ENODEV ||
         code == ETIMEDOUT;
}

// Changes into the plan's working directory, and makes sure it lies inside the root.
Status enter_working_directory(const Plan& plan) {
  const std::string path = plan.working_directory.given() ? plan.working_directory.value : "/";
  const int step = plan.working_directory.step;
  // No magic links: /proc/self/fd/N could lead to a directory outside of the root.
  unique_fd directory(sys_openat2(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS));
  if (!directory) return last_error("chdir", path).at(step);
  if (fchdir(directory.get()) != 0) return last_error("chdir", path).at(step);
  char current[PATH_MAX];
  // The raw call: glibc hides the kernel's "(unreachable)".
  if (syscall(SYS_getcwd, current, sizeof current) < 0) return last_error("getcwd", path).at(step);
  if (current[0] != '/') return Error{EACCES, "getcwd", path}.at(step);
  return Done{};
}

}  // namespace

Status take_identity(const Plan& plan, const Identity& identity) {
  VT_TRY(leave_keyring());
  VT_TRY(become(identity, plan));
  // Again: with a change of user the kernel sets it to fs.suid_dumpable.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return last_error("PR_SET_DUMPABLE");
  return Done{};
}

Status settle(const Plan& plan) {
  VT_TRY(enter_working_directory(plan));
  umask(022);
  reset_signals();
  if (sys_close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) != 0) return last_error("close_range");
  return confine(plan.confinement);
}

Status shed_privileges(const Plan& plan, const Identity& identity, int report) {
  VT_TRY(take_identity(plan, identity));
  // Again: the parent-death signal does not survive a change of user.
  if (!die_with_parent(report)) _exit(1);
  return settle(plan);
}

std::vector<std::string> build_environment(const Plan& plan, const User& user) {
  std::vector<std::string> environment;
  std::map<std::string_view, size_t> positions;
  for (const Setting& entry : plan.environment) {
    std::string_view name = std::string_view(entry.value).substr(0, entry.value.find('='));
    auto [position, added] = positions.try_emplace(name, environment.size());
    if (added) {
      environment.push_back(entry.value);
    } else {
      environment[position->second] = entry.value;
    }
  }
  if (plan.home_from_user && !positions.contains("HOME")) environment.push_back("HOME=" + user.home);
  return environment;
}

Error execute(const Plan& plan, const std::vector<std::string>& environment) {
  const std::string& name = plan.executable.value;
  const std::vector<std::string> alone = {name};
  std::vector<char*> arguments = pointers(plan.arguments.empty() ? alone : plan.arguments);
  std::vector<char*> variables = pointers(environment);
  if (name.find('/') != std::string::npos) {
    execve(name.c_str(), arguments.data(), variables.data());
    return last_error("execve", name).at(plan.executable.step);
  }
  int code = ENOENT;
  std::string_view path = path_of(environment);
  for (bool more = true; more;) {
    size_t colon = path.find(':');
    more = colon != std::string_view::npos;
    std::string directory(path.substr(0, colon));
    std::string candidate = directory.empty() ? name : directory + "/" + name;
    execve(candidate.c_str(), arguments.data(), variables.data());
    if (!is_elsewhere(errno)) return last_error("execve", candidate).at(plan.executable.step);
    if (errno == EACCES) code = EACCES;
    if (more) path.remove_prefix(colon + 1);
  }
  return Error{code, "execve", name, plan.executable.step};
}

}  // namespace virtainer
