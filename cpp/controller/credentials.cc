#include "controller/credentials.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "common/unique_fd.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr size_t kMaxAccountFileBytes = 1024 * 1024;

// A missing file is an empty one.
Result<std::string> read_account_file(const char* path) {
  unique_fd fd(
      sys_openat2(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, RESOLVE_NO_MAGICLINKS));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return std::string();
  if (!fd) return last_error("openat2", path);
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) return last_error("fstat", path);
  if (!S_ISREG(status.st_mode)) return Error{EINVAL, "openat2", path};
  std::string text;
  char chunk[4096];
  while (text.size() <= kMaxAccountFileBytes) {
    ssize_t got = read(fd.get(), chunk, sizeof chunk);
    if (got < 0) return last_error("read", path);
    if (got == 0) return text;
    text.append(chunk, static_cast<size_t>(got));
  }
  return Error{EFBIG, "read", path};
}

bool is_only_number(const Setting& setting) { return !setting.given() || setting.value.starts_with('+'); }

// Where only a number is asked for, an unreadable file must not lock the administrator out: it then adds
// nothing, neither a group nor a home.
Result<std::string> read_for(const char* path, bool optional) {
  Result<std::string> text = read_account_file(path);
  if (!text && optional) return std::string();
  return text;
}

Status drop_bounding_set(uint64_t kept) {
  for (unsigned capability = 0; capability < 64; capability++) {
    if (kept >> capability & 1) continue;
    int held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (held < 0) break;  // past the last capability of this kernel
    if (held == 1 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return last_error("PR_CAPBSET_DROP");
  }
  return Done{};
}

// Permitted and effective become what is left of `kept`; for other users than root the kernel has emptied
// them before.
Status limit_capabilities(uint64_t kept) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return last_error("capget");
  for (int word = 0; word < 2; word++) {
    data[word].permitted &= static_cast<uint32_t>(kept >> (32 * word));
    data[word].effective = data[word].permitted;
    data[word].inheritable = 0;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return last_error("PR_CAP_AMBIENT");
  if (syscall(SYS_capset, &header, data) != 0) return last_error("capset");
  return Done{};
}

}  // namespace

Result<Identity> resolve_identity(const Plan& plan) {
  Result<std::string> passwd = read_for("/etc/passwd", is_only_number(plan.user));
  if (!passwd) return std::move(passwd.error()).at(plan.user.step);
  Result<User> user = find_user(*passwd, plan.user.given() ? plan.user.value : "+0");
  if (!user) return std::move(user.error()).at(plan.user.step);
  Result<std::string> group = read_for("/etc/group", is_only_number(plan.group));
  if (!group) return std::move(group.error()).at(plan.group.step);
  gid_t gid = user->gid;
  if (plan.group.given()) {
    Result<gid_t> found = find_group(*group, plan.group.value);
    if (!found) return std::move(found.error()).at(plan.group.step);
    gid = *found;
  }
  std::vector<gid_t> groups = groups_of(*group, *user, gid);
  return Identity{std::move(*user), gid, std::move(groups)};
}

Status leave_keyring() {
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 && errno != ENOSYS)
    return last_error("keyctl");
  return Done{};
}

Status become(const Identity& identity, const Plan& plan) {
  if (Status done = drop_bounding_set(plan.capabilities); !done) {
    return std::move(done.error()).at(plan.capabilities_step);
  }
  const auto& [user, gid, groups] = identity;
  if (setgroups(groups.size(), groups.data()) != 0) return last_error("setgroups").at(plan.group.step);
  if (setresgid(gid, gid, gid) != 0) return last_error("setresgid").at(plan.group.step);
  if (setresuid(user.uid, user.uid, user.uid) != 0) return last_error("setresuid").at(plan.user.step);
  if (Status done = limit_capabilities(plan.capabilities); !done) {
    return std::move(done.error()).at(plan.capabilities_step);
  }
  return Done{};
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; signal++) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace virtainer
