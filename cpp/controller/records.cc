#include "controller/records.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace virtainer {

namespace {

constexpr unsigned kProcAttributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
constexpr ino_t kProcRootInode = 1;
constexpr size_t kMaxSmallFileBytes = 1024 * 1024;
constexpr size_t kRecordBytes = 1024;

uint64_t microseconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

Status replace_file(int directory, const std::string& name, const std::string& text) {
  std::string temporary = "." + name + "." + std::to_string(getpid());
  unlinkat(directory, temporary.c_str(), 0);
  unique_fd fd(
      openat(directory, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return last_error("openat", temporary);
  ssize_t written = write(fd.get(), text.data(), text.size());
  bool whole = written == static_cast<ssize_t>(text.size());
  if (whole && renameat(directory, temporary.c_str(), directory, name.c_str()) == 0) return Done{};
  Error error = last_error(whole ? "renameat" : "write", name);
  if (written >= 0 && !whole) error.code = ENOSPC;
  unlinkat(directory, temporary.c_str(), 0);
  return error;
}

// Exactly one write: records of other processes never mix with ours.
Status append_record(const Plan& plan, const std::string& prefix, const std::string& rest) {
  if (!plan.journal.given() || prefix.empty()) return Done{};
  const std::string& path = plan.journal.value;
  std::string record = prefix + rest;
  if (record.size() >= kRecordBytes) return Error{EMSGSIZE, "write", path, plan.journal.step};
  record.resize(kRecordBytes - 1, ' ');
  record += '\n';
  unique_fd fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!fd) return last_error("open", path).at(plan.journal.step);
  ssize_t written = write(fd.get(), record.data(), record.size());
  if (written < 0) return last_error("write", path).at(plan.journal.step);
  if (written != static_cast<ssize_t>(kRecordBytes)) return Error{ENOSPC, "write", path, plan.journal.step};
  return Done{};
}

std::string event(const char* name, const std::string& detail) {
  return std::string(",\"event\":\"") + name + "\",\"detail\":\"" + detail +
         "\",\"at\":" + std::to_string(realtime_ms());
}

const char* word(WatchPlan::Kind kind) {
  if (kind == WatchPlan::Kind::oom) return "oom";
  return kind == WatchPlan::Kind::pids ? "pids" : "memory";
}

std::string fields(const LimitReport& report) {
  std::string text = "\"count\":" + std::to_string(report.count);
  if (report.limit) text += ",\"limit\":" + std::to_string(*report.limit);
  if (report.pid == 0) return text;
  return text + ",\"pid\":" + std::to_string(report.pid) + ",\"process\":\"" + report.process + "\"";
}

std::string identity(const ProcessIdentity& process) {
  return std::to_string(process.pid) + " " + process.start_time;
}

}  // namespace

uint64_t monotonic_ms() { return microseconds(CLOCK_MONOTONIC) / 1000; }

uint64_t monotonic_us() { return microseconds(CLOCK_MONOTONIC); }

uint64_t cpu_time_us() { return microseconds(CLOCK_THREAD_CPUTIME_ID); }

uint64_t realtime_ms() { return microseconds(CLOCK_REALTIME) / 1000; }

// One of our own where that is possible: nothing can be mounted over what it shows. Otherwise the host's, if
// it is what it seems to be.
Result<unique_fd> open_proc() {
  unique_fd context(fsopen("proc", FSOPEN_CLOEXEC));
  if (context && fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0) {
    unique_fd own(fsmount(context.get(), FSMOUNT_CLOEXEC, kProcAttributes));
    if (own) return own;
  }
  unique_fd proc(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!proc) return last_error("open", "/proc");
  struct statfs filesystem = {};
  struct stat status = {};
  if (fstatfs(proc.get(), &filesystem) != 0 || fstat(proc.get(), &status) != 0)
    return last_error("fstatfs", "/proc");
  if (filesystem.f_type != PROC_SUPER_MAGIC || status.st_ino != kProcRootInode)
    return Error{ENODEV, "fstatfs", "/proc"};
  return proc;
}

Result<std::string> read_small_file(int directory, const std::string& path) {
  unique_fd fd(openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return last_error("openat", path);
  std::string text;
  char chunk[4096];
  while (text.size() < kMaxSmallFileBytes) {
    ssize_t got = read(fd.get(), chunk, sizeof chunk);
    if (got < 0) return last_error("read", path);
    if (got == 0) break;
    text.append(chunk, static_cast<size_t>(got));
  }
  return text;
}

Status write_controller_file(int state_directory, const ProcessIdentity& controller,
                             const ProcessIdentity& init) {
  Result<std::string> boot = read_small_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id");
  if (!boot) return boot.error();
  std::string id = boot->substr(0, boot->find('\n'));
  return replace_file(state_directory, "controller",
                      "1 " + identity(controller) + " " + identity(init) + " " + id + "\n");
}

Status write_exit_file(int state_directory, const std::string& reason, const ExitStatus& status) {
  return replace_file(state_directory, "exit",
                      "1 " + reason + " " + status.word() + " " + std::to_string(status.number) + " " +
                          std::to_string(realtime_ms()) + (status.by_oom_killer ? " oom" : "") + "\n");
}

Result<rlimit> lift_file_size_limit() {
  rlimit inherited = {};
  if (getrlimit(RLIMIT_FSIZE, &inherited) != 0) return last_error("getrlimit", "RLIMIT_FSIZE");
  const rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  if (setrlimit(RLIMIT_FSIZE, &none) != 0) return last_error("setrlimit", "RLIMIT_FSIZE");
  return inherited;
}

Status append_started(const Plan& plan) {
  return append_record(plan, plan.journal_prefix, event("started", "booted") + "}");
}

Status append_stopped(const Plan& plan, const std::string& reason, const ExitStatus& status,
                      const std::optional<LimitReport>& oom) {
  std::string end = (status.signaled ? ",\"signal\":" : ",\"exitCode\":") + std::to_string(status.number);
  if (oom) end += ",\"oom\":{" + fields(*oom) + "}";
  return append_record(plan, plan.journal_prefix, event("stopped", reason) + end + "}");
}

Status append_limit(const Plan& plan, const LimitReport& report) {
  return append_record(plan, plan.limit_prefix,
                       std::string(",\"event\":\"") + word(report.kind) +
                           "\",\"at\":" + std::to_string(realtime_ms()) + "," + fields(report) + "}");
}

}  // namespace virtainer
