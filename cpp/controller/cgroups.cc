#include "controller/cgroups.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>

#include "common/tokens.h"
#include "controller/records.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr uint64_t kKillBudgetMs = 10;
constexpr uint64_t kEmptyingMs = 1000;
// So many entries of one group are looked at in one walk.
constexpr size_t kMaxNames = 256;

Result<unique_fd> open_directory(const Setting& group) {
  unique_fd fd(open(group.value.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return last_error("open", group.value).at(group.step);
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  char chunk[4096];
  for (ssize_t got = 0; (got = read(fd, chunk, sizeof chunk)) > 0;)
    text.append(chunk, static_cast<size_t>(got));
  return text;
}

std::vector<std::string> subdirectories(int directory) {
  std::vector<std::string> names;
  unique_fd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* stream = fd ? fdopendir(fd.get()) : nullptr;
  if (stream == nullptr) return names;
  [[maybe_unused]] int owned = fd.release();
  while (dirent* entry = names.size() < kMaxNames ? readdir(stream) : nullptr) {
    std::string name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") names.push_back(std::move(name));
  }
  closedir(stream);
  return names;
}

unique_fd open_below(int directory, const std::string& name) {
  return unique_fd(openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::vector<pid_t> list_processes(int directory) {
  unique_fd file(openat(directory, "cgroup.procs", O_RDONLY | O_CLOEXEC));
  std::string text = file ? read_all(file.get()) : "";
  std::vector<pid_t> pids;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size());
    std::optional<uint64_t> pid = parse_number(std::string_view(text).substr(start, end - start), INT32_MAX);
    start = end + 1;
    // 0 stands for a process of a PID namespace that is not below ours.
    if (pid && *pid != 0 && static_cast<pid_t>(*pid) != getpid()) pids.push_back(static_cast<pid_t>(*pid));
  }
  return pids;
}

// Who is still listed after its pidfd has been opened is in the group: a number that has been given to
// another process meanwhile is not.
void kill_processes(int directory) {
  std::vector<std::pair<pid_t, unique_fd>> opened;
  for (pid_t pid : list_processes(directory)) {
    unique_fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd) opened.emplace_back(pid, std::move(pidfd));
  }
  if (opened.empty()) return;
  std::vector<pid_t> still = list_processes(directory);
  for (const auto& [pid, pidfd] : opened) {
    if (std::find(still.begin(), still.end(), pid) != still.end())
      sys_pidfd_send_signal(pidfd.get(), SIGKILL);
  }
}

// A frozen process of version 1 does not even die.
void thaw(int directory) {
  unique_fd state(openat(directory, "freezer.state", O_WRONLY | O_CLOEXEC));
  if (state) [[maybe_unused]]
    ssize_t written = write(state.get(), "THAWED", 6);
}

bool is_cgroup_filesystem(int directory) {
  struct statfs filesystem = {};
  if (fstatfs(directory, &filesystem) != 0) return false;
  return filesystem.f_type == CGROUP_SUPER_MAGIC || filesystem.f_type == CGROUP2_SUPER_MAGIC;
}

}  // namespace

GroupWalk::GroupWalk(const std::string& directory)
    : current_(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {}

bool GroupWalk::next() {
  if (!current_) return false;
  if (levels_.empty()) return arrive(std::move(current_));
  std::vector<std::string>& names = levels_.back();
  if (!names.empty()) {
    unique_fd below = open_below(current_.get(), names.back());
    if (below) return arrive(std::move(below));
    return leave();  // it has gone, or is no group
  }
  levels_.pop_back();
  // A group can't be moved to another parent.
  if (!levels_.empty()) current_ = open_below(current_.get(), "..");
  if (levels_.empty() || !current_) return stop();
  return leave();
}

bool GroupWalk::arrive(unique_fd group) {
  current_ = std::move(group);
  arrived_ = true;
  levels_.push_back(subdirectories(current_.get()));
  return true;
}

bool GroupWalk::leave() {
  arrived_ = false;
  left_ = std::move(levels_.back().back());
  levels_.back().pop_back();
  return true;
}

bool GroupWalk::stop() {
  current_.reset();
  levels_.clear();
  return false;
}

std::vector<int> Cgroups::task_descriptors() const {
  std::vector<int> fds;
  for (const unique_fd& fd : tasks) fds.push_back(fd.get());
  return fds;
}

Result<Cgroups> open_cgroups(const std::vector<Setting>& v1, const Setting& v2) {
  Cgroups cgroups;
  for (const Setting& group : v1) {
    std::string path = group.value + "/tasks";
    unique_fd tasks(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!tasks) return last_error("open", path).at(group.step);
    cgroups.tasks.push_back(std::move(tasks));
    cgroups.groups.push_back(group);
  }
  if (!v2.given()) return cgroups;
  Result<unique_fd> directory = open_directory(v2);
  if (!directory) return directory.error();
  cgroups.directory = std::move(*directory);
  return cgroups;
}

Status join_cgroups(const Cgroups& cgroups) {
  for (size_t i = 0; i < cgroups.tasks.size(); i++) {
    const Setting& group = cgroups.groups[i];
    if (write(cgroups.tasks[i].get(), "0", 1) != 1)
      return last_error("write", group.value + "/tasks").at(group.step);
  }
  return Done{};
}

void kill_processes_below(const std::string& directory) {
  GroupWalk walk(directory);
  for (uint64_t deadline = monotonic_ms() + kKillBudgetMs; monotonic_ms() < deadline && walk.next();) {
    if (!walk.arrived()) continue;
    thaw(walk.current());
    kill_processes(walk.current());
  }
}

void thaw_cgroup_v1(const std::string& directory) {
  unique_fd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) thaw(fd.get());
}

void kill_cgroup_v2(const std::string& directory) {
  unique_fd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return;
  unique_fd file(openat(fd.get(), "cgroup.kill", O_WRONLY | O_CLOEXEC));
  // cgroup.kill is newer (5.14) than what we need otherwise.
  if (!file || write(file.get(), "1", 1) != 1) kill_processes_below(directory);
}

bool TreeRemoval::attempt(uint64_t budget_ms) {
  progress_ = false;
  if (rmdir(directory_.c_str()) == 0 || errno == ENOENT) return true;
  if (!walk_.under_way()) walk_ = GroupWalk(directory_);
  if (!walk_.under_way() || !is_cgroup_filesystem(walk_.current())) return false;
  for (uint64_t deadline = monotonic_ms() + budget_ms; walk_.next();) {
    if (!walk_.arrived()) {
      progress_ |= unlinkat(walk_.current(), walk_.left().c_str(), AT_REMOVEDIR) == 0;
    } else {
      thaw(walk_.current());
      kill_processes(walk_.current());
    }
    if (monotonic_ms() < deadline) continue;
    progress_ = true;  // there is more to see
    return false;
  }
  return rmdir(directory_.c_str()) == 0 || errno == ENOENT;
}

void empty_group(const std::string& directory) {
  unique_fd group(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!group) return;
  uint64_t deadline = monotonic_ms() + kEmptyingMs;
  for (const std::string& name : subdirectories(group.get())) {
    TreeRemoval tree(directory + "/" + name);
    while (!tree.attempt(kEmptyingMs) && monotonic_ms() < deadline) {
    }
  }
  unique_fd control(openat(group.get(), "cgroup.subtree_control", O_RDWR | O_CLOEXEC));
  if (!control) return;
  std::string change;
  for (char c : " " + read_all(control.get())) change += c == ' ' || c == '\n' ? ' ' : c;
  for (size_t word = change.find_first_not_of(' '); word != std::string::npos;
       word = change.find_first_not_of(' ', change.find(' ', word))) {
    change.insert(word, "-");
  }
  [[maybe_unused]] ssize_t written = write(control.get(), change.data(), change.size());
}

}  // namespace virtainer
