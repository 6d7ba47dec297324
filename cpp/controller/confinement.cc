#include "controller/confinement.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/tokens.h"
#include "common/unique_fd.h"
#include "controller/exec_label.h"
#include "controller/records.h"

namespace virtainer {

namespace {

Status load_filter(const Confinement& confinement) {
  if (confinement.seccomp_step < 0) return Done{};
  const std::string& bytes = confinement.seccomp_filter;
  // The kernel does not change it; the type is that of an older interface.
  sock_filter* instructions = reinterpret_cast<sock_filter*>(const_cast<char*>(bytes.data()));
  sock_fprog program = {static_cast<unsigned short>(bytes.size() / sizeof(sock_filter)), instructions};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    return last_error("seccomp").at(confinement.seccomp_step);
  return Done{};
}

bool may_gain_privileges(const Confinement& confinement) { return confinement.no_new_privileges_step < 0; }

// The value of a line of /proc/PID/status.
std::optional<uint64_t> status_value(const std::string& status, const std::string& name, int base) {
  size_t start = status.find("\n" + name + ":\t");
  if (start == std::string::npos) return std::nullopt;
  start += name.size() + 3;
  return parse_number(std::string_view(status).substr(start, status.find('\n', start) - start), UINT64_MAX,
                      base);
}

Status mismatch(const char* what, int step) { return Error{EPERM, "verify", what}.at(step); }

}  // namespace

Status label_next_exec(const Confinement& confinement, int proc) {
  if (!confinement.label.given()) return Done{};
  Status labelled = set_exec_label(proc, confinement.label_module.value, confinement.label.value);
  return labelled ? Status(Done{}) : std::move(labelled.error()).at(confinement.label.step);
}

Status load_filter_as_root(const Confinement& confinement) {
  return may_gain_privileges(confinement) ? load_filter(confinement) : Status(Done{});
}

Status confine(const Confinement& confinement) {
  if (may_gain_privileges(confinement)) return Done{};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return last_error("PR_SET_NO_NEW_PRIVS").at(confinement.no_new_privileges_step);
  return load_filter(confinement);
}

// It may have given up more by now, but never less.
Status verify_confinement(const Confinement& confinement, int proc, pid_t pid) {
  Result<std::string> status = read_small_file(proc, std::to_string(pid) + "/status");
  if (!status) return status.error();
  if (confinement.seccomp_step >= 0 && status_value(*status, "Seccomp", 10) != SECCOMP_MODE_FILTER)
    return mismatch("Seccomp", confinement.seccomp_step);
  if (!may_gain_privileges(confinement) && status_value(*status, "NoNewPrivs", 10) != 1)
    return mismatch("NoNewPrivs", confinement.no_new_privileges_step);
  std::optional<uint64_t> bounding = status_value(*status, "CapBnd", 16);
  if (!bounding || (*bounding & ~confinement.capabilities) != 0)
    return mismatch("CapBnd", confinement.capabilities_step);
  return Done{};
}

}  // namespace virtainer
