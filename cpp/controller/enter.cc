#include "controller/enter.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/enter_report.h"
#include "controller/enter_supervisor.h"
#include "controller/joiner.h"
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

struct Prepared {
  Cgroups cgroups;
  ReportPipe report;
  ReportSockets link;
  unique_fd proc;
  unique_fd null;
  pid_t* birth;
};

Result<Prepared> prepare(const Plan& plan) {
  Result<Cgroups> cgroups = open_cgroups(plan.cgroups_v1, plan.cgroup_v2);
  if (!cgroups) return cgroups.error();
  Result<ReportPipe> report = make_report_pipe();
  if (!report) return report.error();
  Result<ReportSockets> link = make_report_sockets();
  if (!link) return link.error();
  Result<unique_fd> proc = open_proc();
  if (!proc) return proc.error();
  unique_fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return last_error("open", "/dev/null");
  Result<pid_t*> birth = make_birth_note();
  if (!birth) return birth.error();
  return Prepared{std::move(*cgroups), std::move(*report), std::move(*link),
                  std::move(*proc),    std::move(null),    *birth};
}

// The caller stays in the host's namespaces, out of the container's sight; so does the joiner, which sheds
// everything of the host before the command is born.
Result<Joined> start_joiner(const Plan& plan, unique_fd init, Prepared& prepared) {
  const Joining joining = {plan,
                           prepared.cgroups,
                           init.get(),
                           prepared.proc.get(),
                           prepared.link.child.get(),
                           prepared.report.child.get(),
                           prepared.birth};
  Result<Child> child = clone_child(0, prepared.cgroups.directory.get());
  if (!child) return child.error();
  if (child->pid == 0) run_joiner(joining);
  prepared.cgroups = {};
  prepared.report.child.reset();
  prepared.link.child.reset();
  if (plan.terminal_step < 0) prepared.link.supervisor.reset();
  return Joined{std::move(*child), std::move(prepared.report.supervisor), std::move(prepared.link.supervisor),
                std::move(init), prepared.birth};
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
  signal(SIGCHLD, SIG_DFL);  // ignored, it would make the command's number another's
  Handshake handshake{unique_fd(kHandshake)};
  Plan plan = begin(handshake, kInherited, kPlan, Command::enter);
  set_process_title(argc, argv, "virtainer: command");
  unique_fd init(kInit);

  Status joined = join_supervisor_cgroups(plan);
  if (!joined) give_up(handshake, Message::cgroupJoined, joined.error());
  Result<Prepared> prepared = prepare(plan);
  if (!prepared) give_up(handshake, Message::cgroupJoined, prepared.error());
  OomWitness witness;
  witness.open(plan.oom_counter);
  Result<Joined> joiner = start_joiner(plan, std::move(init), *prepared);
  if (!joiner) give_up(handshake, Message::cgroupJoined, joiner.error());
  Result<unique_fd> stream = give_away_stdio(plan, prepared->null.get());
  if (!stream) give_up(handshake, Message::running, stream.error());
  EnterSupervisor supervisor(std::move(handshake), std::move(*joiner), std::move(*stream),
                             std::move(prepared->proc), std::move(witness));
  supervisor.run();
  _exit(0);
}

}  // namespace virtainer
