#include "controller/process_state.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdlib>
#include <vector>

#include "common/tokens.h"

namespace virtainer {

namespace {

// Of the kernel's include/linux/sched.h; they are what field 9 of /proc/PID/stat shows.
constexpr uint64_t kExiting = 0x4;
constexpr uint64_t kForkedNoExec = 0x40;

// From field 3 on: it follows the last parenthesis, whatever the process's name holds.
std::vector<std::string_view> split_fields(std::string_view stat) {
  std::vector<std::string_view> fields;
  size_t start = stat.rfind(')');
  if (start == std::string_view::npos) return fields;
  for (start += 2; start < stat.size();) {
    size_t end = std::min(stat.find_first_of(" \n", start), stat.size());
    fields.push_back(stat.substr(start, end - start));
    start = end + 1;
  }
  return fields;
}

}  // namespace

Result<ProcessState> read_state(int proc, pid_t pid) {
  const std::string path = std::to_string(pid) + "/stat";
  Result<std::string> text = read_small_file(proc, path);
  if (!text) return text.error();
  constexpr size_t kFirst = 3, kFlags = 9, kStartTime = 22, kExitCode = 52;
  std::vector<std::string_view> fields = split_fields(*text);
  if (fields.size() <= kExitCode - kFirst) return Error{EPROTO, "read", path};
  std::optional<uint64_t> flags = parse_number(fields[kFlags - kFirst], UINT64_MAX);
  std::optional<uint64_t> status = parse_number(fields[kExitCode - kFirst], INT32_MAX);
  if (!flags || !status) return Error{EPROTO, "read", path};
  return ProcessState{std::string(fields[kStartTime - kFirst]), (*flags & kForkedNoExec) == 0,
                      (*flags & kExiting) != 0, static_cast<int>(*status)};
}

bool is_ending(int proc, int pidfd) {
  constexpr std::string_view kPid = "\nPid:\t";
  Result<std::string> text = read_small_file(proc, "self/fdinfo/" + std::to_string(pidfd));
  size_t start = text ? text->find(kPid) : std::string::npos;
  if (start == std::string::npos) return false;
  pid_t pid = atoi(text->c_str() + start + kPid.size());
  if (pid <= 0) return true;
  Result<ProcessState> state = read_state(proc, pid);
  return state ? state->is_ending : state.error().code == ENOENT || state.error().code == ESRCH;
}

unique_fd open_pidfd(pid_t pid) { return unique_fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

ExitStatus take_exit_status(int proc, pid_t pid, int pidfd, std::optional<rusage>* usage) {
  siginfo_t info = {};
  rusage used = {};
  // The C library's waitid() has no place for the usage.
  long waited = syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | WNOHANG, &used);
  if (waited == 0 && info.si_pid != 0 && usage != nullptr) *usage = used;
  if (waited == 0 && info.si_pid != 0) return {info.si_code != CLD_EXITED, info.si_status};
  Result<ProcessState> state = read_state(proc, pid);
  if (!state || !state->is_ending) return {true, SIGKILL};
  int status = state->wait_status;
  return WIFSIGNALED(status) ? ExitStatus{true, WTERMSIG(status)} : ExitStatus{false, WEXITSTATUS(status)};
}

}  // namespace virtainer
