#include "controller/joiner.h"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/credentials.h"
#include "controller/enter_child.h"
#include "controller/enter_report.h"
#include "controller/enter_stdio.h"
#include "controller/execute.h"

namespace virtainer {

namespace {

void leave_supervisor(const Joining& joining) {
  std::vector<int> kept = joining.cgroups.task_descriptors();
  kept.insert(kept.end(), {joining.init, joining.proc, joining.link, joining.report});
  close_all_but(kept);
  if (!die_with_parent(joining.report)) _exit(1);
  // The command is born into this process group, and what it signals must not be the supervisor.
  setsid();
}

Status join_namespaces(const Joining& joining) {
  if (setns(joining.init, static_cast<int>(joining.plan.namespaces)) != 0) return last_error("setns");
  return Done{};
}

Result<Identity> become_command_user(const Joining& joining) {
  Result<Identity> identity = resolve_identity(joining.plan);
  if (!identity) return identity;
  VT_TRY(prepare_stdio(joining.plan, identity->user.uid, joining.proc, joining.link));
  VT_TRY(take_identity(joining.plan, *identity));
  return identity;
}

}  // namespace

Result<pid_t*> make_birth_note() {
  size_t size = static_cast<size_t>(getpagesize());
  void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (page == MAP_FAILED) return last_error("mmap");
  return static_cast<pid_t*>(page);
}

void run_joiner(const Joining& joining) {
  StageReport report(joining.report);
  leave_supervisor(joining);
  report.stage(Message::cgroupJoined, join_cgroups(joining.cgroups));
  if (Status joined = join_namespaces(joining); !joined) {
    report.failed(Message::namespacesCreated, joined.error());
  }
  Result<Identity> identity = become_command_user(joining);
  if (!identity) {
    report.reached(Message::namespacesCreated);
    report.failed(Message::execing, identity.error());
  }
  // What is born now is seen by the container at once, and what a process has there belongs to the container:
  // a tracer with CAP_SYS_PTRACE takes it, dumpable or not.
  const int kept[] = {report.fd()};
  close_all_but(kept);
  Result<pid_t> command = clone_sibling(joining.birth);
  if (!command) report.failed(Message::namespacesCreated, command.error());
  if (*command != 0) _exit(0);
  run_entering_child(joining.plan, *identity, report);
}

}  // namespace virtainer
