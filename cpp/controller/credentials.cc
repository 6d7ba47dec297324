#include "controller/credentials.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "common/unique_fd.h"
#include "controller/confinement.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

constexpr char kAccounts[] = "/etc";
constexpr size_t kMaxAccountFileBytes = 1024 * 1024;

// The same files, bind mounts included, in a place where no device can be opened. Where that takes a
// privilege that the caller lacks, the directory itself.
unique_fd without_devices(unique_fd directory) {
  unique_fd copy(
      open_tree(directory.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_NODEV;
  bool safe = copy && mount_setattr(copy.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                                    sizeof attributes) == 0;
  return safe ? std::move(copy) : std::move(directory);
}

// Its kind is looked at first, since opening a device or a pipe can have effects; and what is open then has
// to be what was looked at.
Result<unique_fd> open_regular(int directory, const char* name, const std::string& path) {
  unique_fd seen(sys_openat2(directory, name, O_PATH | O_NOFOLLOW, RESOLVE_NO_MAGICLINKS));
  if (!seen) return last_error("openat2", path);
  struct stat expected = {};
  if (fstat(seen.get(), &expected) != 0) return last_error("fstat", path);
  if (S_ISLNK(expected.st_mode)) return Error{ELOOP, "openat2", path};
  if (!S_ISREG(expected.st_mode)) return Error{EINVAL, "openat2", path};
  constexpr uint64_t kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  unique_fd fd(sys_openat2(directory, name, kFlags, RESOLVE_NO_MAGICLINKS));
  if (!fd) return last_error("openat2", path);
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) return last_error("fstat", path);
  if (status.st_dev != expected.st_dev || status.st_ino != expected.st_ino)
    return Error{ESTALE, "openat2", path};
  return fd;
}

Result<unique_fd> open_account_file(const char* name, const std::string& path) {
  unique_fd directory(sys_openat2(AT_FDCWD, kAccounts, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS));
  if (!directory) return last_error("openat2", path);
  return open_regular(without_devices(std::move(directory)).get(), name, path);
}

// A missing file is an empty one.
Result<std::string> read_account_file(const char* name) {
  const std::string path = std::string(kAccounts) + "/" + name;
  Result<unique_fd> fd = open_account_file(name, path);
  if (!fd && (fd.error().code == ENOENT || fd.error().code == ENOTDIR)) return std::string();
  if (!fd) return fd.error();
  std::string text;
  char chunk[4096];
  while (text.size() <= kMaxAccountFileBytes) {
    ssize_t got = read(fd->get(), chunk, sizeof chunk);
    if (got < 0) return last_error("read", path);
    if (got == 0) return text;
    text.append(chunk, static_cast<size_t>(got));
  }
  return Error{EFBIG, "read", path};
}

bool is_only_number(const Setting& setting) { return !setting.given() || setting.value.starts_with('+'); }

// Where only a number is asked for, an unreadable file must not lock the administrator out: it then adds
// nothing, neither a group nor a home.
Result<std::string> read_for(const char* name, bool optional) {
  Result<std::string> text = read_account_file(name);
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

Status set_securebits(const NumberSetting& securebits) {
  if (!securebits.given()) return Done{};
  if (prctl(PR_SET_SECUREBITS, static_cast<unsigned long>(securebits.value), 0, 0, 0) != 0)
    return last_error("PR_SET_SECUREBITS").at(securebits.step);
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
  Result<std::string> passwd = read_for("passwd", is_only_number(plan.user));
  if (!passwd) return std::move(passwd.error()).at(plan.user.step);
  Result<User> user = find_user(*passwd, plan.user.given() ? plan.user.value : "+0");
  if (!user) return std::move(user.error()).at(plan.user.step);
  Result<std::string> group = read_for("group", is_only_number(plan.group));
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
  const Confinement& confinement = plan.confinement;
  if (Status done = drop_bounding_set(confinement.capabilities); !done) {
    return std::move(done.error()).at(confinement.capabilities_step);
  }
  const auto& [user, gid, groups] = identity;
  if (setgroups(groups.size(), groups.data()) != 0) return last_error("setgroups").at(plan.group.step);
  if (setresgid(gid, gid, gid) != 0) return last_error("setresgid").at(plan.group.step);
  VT_TRY(set_securebits(confinement.securebits));
  VT_TRY(load_filter_as_root(confinement));
  if (setresuid(user.uid, user.uid, user.uid) != 0) return last_error("setresuid").at(plan.user.step);
  if (Status done = limit_capabilities(confinement.capabilities); !done) {
    return std::move(done.error()).at(confinement.capabilities_step);
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
