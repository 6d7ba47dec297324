#include "controller/enter_child.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/execute.h"
#include "controller/syscalls.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

constexpr char kDevpts[] = "/dev/pts";

void close_supervisor_descriptors(const Cgroups& cgroups, int report) {
  std::vector<int> kept = cgroups.task_descriptors();
  kept.push_back(report);
  close_all_but(kept);
  if (!die_with_parent(report)) _exit(1);
}

// Pipes belong to whom opens /dev/stdout again: the command's user.
void own_pipes(uid_t uid) {
  for (int fd = 0; fd <= STDERR_FILENO; fd++) {
    struct stat status = {};
    if (fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) continue;
    [[maybe_unused]] int changed = fchown(fd, uid, static_cast<gid_t>(-1));
  }
}

Status open_stdio(const Plan& plan, uid_t uid, ChildReport& report) {
  setsid();
  if (plan.terminal_step < 0) {
    own_pipes(uid);
    return Done{};
  }
  unique_fd devpts(sys_openat2(AT_FDCWD, kDevpts, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS));
  if (!devpts) return last_error("openat2", kDevpts);
  Result<Terminal> terminal = open_terminal(devpts.get(), kDevpts);
  if (!terminal) return terminal.error();
  VT_TRY(set_window_size(terminal->master.get(), plan.rows, plan.columns));
  VT_TRY(report.send_descriptors({terminal->master.get()}));
  return take_terminal(terminal->slave.get(), uid);
}

Status become_command(const Plan& plan, const Identity& identity, ChildReport& report) {
  if (Status opened = open_stdio(plan, identity.user.uid, report); !opened) {
    return std::move(opened.error()).at(plan.terminal_step);
  }
  return shed_privileges(plan, identity, report.fd());
}

}  // namespace

void run_entering_child(const Plan& plan, const Cgroups& cgroups, int report_socket) {
  ChildReport report(report_socket);
  close_supervisor_descriptors(cgroups, report_socket);
  report.stage(Message::cgroupJoined, join_cgroups(cgroups));
  report.stage(Message::namespacesCreated, Done{});
  Result<Identity> identity = resolve_identity(plan);
  if (!identity) report.failed(Message::execing, identity.error());
  report.stage(Message::execing, become_command(plan, *identity, report));
  report.failed(Message::execing, execute(plan, build_environment(plan, identity->user)));
}

}  // namespace virtainer
