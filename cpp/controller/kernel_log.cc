#include "controller/kernel_log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/tokens.h"

namespace virtainer {

namespace {

// Of the kernel's include/linux/proc_ns.h: the PID namespace that the log's numbers are of.
constexpr ino_t kFirstPidNamespace = 0xEFFFFFFC;
// The largest record, and more records than any log holds.
constexpr size_t kMaxRecordBytes = 8192;
constexpr int kMaxRecords = 1'000'000;
constexpr uint64_t kFirstUserPriority = 8;
constexpr size_t kMaxNameBytes = 15;

std::string_view until(std::string_view text, std::string_view end) {
  return text.substr(0, std::min(text.find(end), text.size()));
}

std::string_view after(std::string_view text, std::string_view start) {
  size_t found = text.find(start);
  return found == std::string_view::npos ? std::string_view() : text.substr(found + start.size());
}

struct Groups {
  std::string_view limited;
  std::string_view own;
};

constexpr std::string_view kLimited = ",oom_memcg=", kOwn = ",task_memcg=", kTask = ",task=";

bool is_at_or_below(std::string_view path, std::string_view above) {
  if (!path.starts_with(above)) return false;
  std::string_view rest = path.substr(above.size());
  return rest.starts_with('/') || rest.starts_with(kTask) || above == "/";
}

// A container may have made groups of any names below its own, and these are in the paths: but a name has no
// slash, and whose limit was reached is never below the other.
Groups groups_of(std::string_view text) {
  const size_t limited = text.find(std::string(kLimited) + "/");
  const size_t own = text.find(std::string(kOwn) + "/");
  if (own == std::string_view::npos) return {};
  if (limited > own) return {{}, until(text.substr(own + kOwn.size()), kTask)};
  std::string_view paths = text.substr(limited + kLimited.size());
  for (size_t end = paths.find(kOwn); end != std::string_view::npos; end = paths.find(kOwn, end + 1)) {
    std::string_view above = paths.substr(0, end);
    std::string_view path = paths.substr(end + kOwn.size());
    if (is_at_or_below(path, above)) return {above, path.substr(0, path.find(kTask, above.size()))};
  }
  return {};
}

// The log has \xNN for what can't be printed.
std::string plain_name(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size() && name.size() < kMaxNameBytes; i++) {
    bool is_code = text[i] == '\\' && text.size() - i >= 4;
    bool is_plain = text[i] >= ' ' && text[i] < 0x7f && text[i] != '\\' && text[i] != '"';
    name += is_plain ? text[i] : '?';
    if (is_code) i += 3;
  }
  return name;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    std::optional<uint64_t> byte;
    if (text.substr(i, 2) == "\\x") byte = parse_number(text.substr(i + 2, 2), 0xff, 16);
    out += byte ? static_cast<char>(*byte) : text[i];
    if (byte) i += 3;
  }
  return out;
}

// The rest of a message that another one has interrupted: it may begin with a group's name, which whoever has
// made the group has chosen.
bool is_continued(std::string_view header) { return header.ends_with(",c"); }

bool is_memory_short(std::string_view reason) {
  return reason == "Out of memory" || reason == "Out of memory (oom_kill_allocating_task)";
}

}  // namespace

// PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT and a newline, after which come other things.
void OomKills::add(std::string_view record) {
  std::optional<uint64_t> priority = parse_number(until(record, ","), UINT32_MAX);
  if (!priority || *priority >= kFirstUserPriority || is_continued(until(record, ";"))) return;
  std::string_view text = until(after(record, ";"), "\n");
  constexpr std::string_view kChosen = "oom-kill:constraint=", kKilled = ": Killed process ";
  if (text.starts_with(kChosen)) return add_choice(text.substr(kChosen.size()));
  size_t killed = text.find(kKilled);
  if (killed != std::string_view::npos)
    add_kill(text.substr(0, killed), text.substr(killed + kKilled.size()));
}

// ...,cpuset=GROUP,...,oom_memcg=PATH,task_memcg=PATH,task=NAME,pid=N,uid=N, with `global_oom` instead of
// oom_memcg=PATH when the host has no memory. The number is found from the end, behind the name.
void OomKills::add_choice(std::string_view text) {
  chosen_ = {};
  size_t pid = text.rfind(",pid=");
  if (pid == std::string_view::npos) return;
  std::optional<uint64_t> number = parse_number(until(text.substr(pid + 5), ","), INT32_MAX);
  chosen_.pid = static_cast<pid_t>(number.value_or(0));
  const Groups groups = groups_of(text.substr(0, pid));
  chosen_.limited = unescaped(groups.limited);
  chosen_.group = unescaped(groups.own);
}

// N (NAME) total-vm:...
void OomKills::add_kill(std::string_view reason, std::string_view victim) {
  bool at_limit = reason == "Memory cgroup out of memory";
  size_t open = victim.find(" (");
  size_t close = victim.rfind(") total-vm:");
  if ((!at_limit && !is_memory_short(reason)) || open == std::string_view::npos) return;
  std::optional<uint64_t> pid = parse_number(victim.substr(0, open), INT32_MAX);
  if (!pid || close == std::string_view::npos || close < open + 2) return;
  OomKill kill;
  if (chosen_.pid == static_cast<pid_t>(*pid)) kill = std::exchange(chosen_, {});
  kill.pid = static_cast<pid_t>(*pid);
  kill.name = plain_name(victim.substr(open + 2, close - open - 2));
  kill.at_limit = at_limit;
  kills_.push_back(std::move(kill));
}

void KernelLog::open() {
  struct stat own = {};
  if (stat("/proc/self/ns/pid", &own) != 0 || own.st_ino != kFirstPidNamespace) return;
  fd_.reset(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (fd_ && lseek(fd_.get(), 0, SEEK_END) < 0) fd_.reset();
}

KernelLog::News KernelLog::read() {
  News news;
  news.whole = is_open();
  char record[kMaxRecordBytes];
  for (int i = 0; fd_ && i < kMaxRecords; i++) {
    ssize_t got = ::read(fd_.get(), record, sizeof record);
    if (got > 0) {
      parsed_.add({record, static_cast<size_t>(got)});
    } else if (got < 0 && errno == EPIPE) {
      news.whole = false;  // overwritten before we came: the next read goes on behind the gap
    } else if (got == 0 || errno != EINTR) {
      break;
    }
  }
  news.kills = parsed_.take();
  return news;
}

void KernelLog::wait(int timeout_ms) const {
  pollfd polled = {fd_.get(), POLLIN, 0};
  poll(&polled, 1, timeout_ms);
}

}  // namespace virtainer
