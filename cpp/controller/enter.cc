#include "controller/enter.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/enter_child.h"
#include "controller/enter_supervisor.h"
#include "controller/process.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

constexpr int kHandshake = 3;
constexpr int kPlan = 4;
constexpr int kInit = 5;

[[noreturn]] void give_up(Handshake& handshake, Message stage, const Error& error) {
  handshake.failed(stage, error);
  _exit(1);
}

Status join_supervisor_cgroups(const Plan& plan) {
  Result<Cgroups> own = open_cgroups(plan.supervisor_cgroups_v1, Setting{});
  if (!own) return own.error();
  return join_cgroups(*own);
}

// What the host's file system is needed for, opened before it is left.
struct Prepared {
  Cgroups cgroups;
  ReportSockets report;
  unique_fd proc;
  unique_fd null;
};

Result<Prepared> prepare(const Plan& plan) {
  Result<Cgroups> cgroups = open_cgroups(plan.cgroups_v1, plan.cgroup_v2);
  if (!cgroups) return cgroups.error();
  Result<ReportSockets> report = make_report_sockets();
  if (!report) return report.error();
  Result<unique_fd> proc = open_proc();
  if (!proc) return proc.error();
  unique_fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return last_error("open", "/dev/null");
  return Prepared{std::move(*cgroups), std::move(*report), std::move(*proc), std::move(null)};
}

// The command's stdio is the command's alone: its other ends must see it close when the command ends.
Result<unique_fd> give_away_stdio(const Plan& plan, int null) {
  unique_fd stream;
  if (plan.terminal_step >= 0) {
    stream.reset(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!stream) return last_error("fcntl");
  }
  VT_TRY(use_as_stdio(null));
  return stream;
}

}  // namespace

void enter_command(int argc, char** argv) {
  constexpr int kInherited[] = {kHandshake, kPlan, kInit};
  protect_process();
  signal(SIGPIPE, SIG_IGN);
  Handshake handshake{unique_fd(kHandshake)};
  Plan plan = begin(handshake, kInherited, kPlan, Command::enter);
  set_process_title(argc, argv, "virtainer: command");
  unique_fd init(kInit);

  Status joined = join_supervisor_cgroups(plan);
  if (!joined) give_up(handshake, Message::cgroupJoined, joined.error());
  Result<Prepared> prepared = prepare(plan);
  if (!prepared) give_up(handshake, Message::cgroupJoined, prepared.error());
  // All of them here, not in the child: it is born inside, and at no moment can the container's root find the
  // host's root behind a process of its own PID namespace. The supervisor itself stays outside of that one.
  if (setns(init.get(), static_cast<int>(plan.namespaces)) != 0) {
    give_up(handshake, Message::namespacesCreated, last_error("setns"));
  }
  init.reset();
  Result<Child> child = clone_child(0, prepared->cgroups.directory.get());
  if (!child) give_up(handshake, Message::cgroupJoined, child.error());
  if (child->pid == 0) run_entering_child(plan, prepared->cgroups, prepared->report.child.release());
  prepared->report.child.reset();
  Result<unique_fd> stream = give_away_stdio(plan, prepared->null.get());
  if (!stream) give_up(handshake, Message::running, stream.error());
  EnterSupervisor supervisor(std::move(handshake), std::move(*child), std::move(prepared->report.supervisor),
                             std::move(*stream), std::move(prepared->proc));
  supervisor.run();
  _exit(0);
}

}  // namespace virtainer
