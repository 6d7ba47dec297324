#include "controller/joiner.h"

#include <sched.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/confinement.h"
#include "controller/credentials.h"
#include "controller/enter_child.h"
#include "controller/enter_report.h"
#include "controller/enter_stdio.h"
#include "controller/execute.h"
#include "controller/id_maps.h"
#include "controller/limits.h"

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

// What a user namespace takes away from whoever is in it comes before it is joined.
Status join_namespaces(const Joining& joining) {
  const Confinement& confinement = joining.plan.confinement;
  VT_TRY(limit_resources(confinement, 0));
  VT_TRY(adjust_oom_score(joining.proc, getpid(), confinement.oom_score_adjust));
  VT_TRY(hand_over_pipes(joining.plan));
  if (setns(joining.init, static_cast<int>(joining.plan.namespaces)) != 0) return last_error("setns");
  return joining.plan.has_user_namespace() ? become_namespace_root() : Status(Done{});
}

Result<Identity> become_command_user(const Joining& joining) {
  Result<Identity> identity = resolve_identity(joining.plan);
  if (!identity) return identity;
  VT_TRY(prepare_stdio(joining.plan, identity->user.uid, joining.proc, joining.link));
  VT_TRY(follow_memory_policy(joining.plan.confinement));
  VT_TRY(label_next_exec(joining.plan.confinement, joining.proc));
  VT_TRY(take_identity(joining.plan, *identity));
  return identity;
}

}  // namespace

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
