#include "controller/container_child.h"

#include <sched.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/confinement.h"
#include "controller/credentials.h"
#include "controller/execute.h"
#include "controller/handshake.h"
#include "controller/id_maps.h"
#include "controller/limits.h"
#include "controller/network.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

void leave_builder(const ContainerBirth& birth) {
  std::vector<int> kept = birth.cgroups.task_descriptors();
  kept.insert(kept.end(), {birth.report, birth.link, birth.proc});
  close_all_but(kept);
  if (!die_with_parent(birth.report)) _exit(1);
}

// Only now: the cgroup namespace's root is where the process is when it unshares.
Status create_cgroup_namespace(const Plan& plan) {
  if ((plan.namespaces & CLONE_NEWCGROUP) && unshare(CLONE_NEWCGROUP) != 0) return last_error("unshare");
  return Done{};
}

Status take_root(const Plan& plan, int proc) {
  if (!plan.has_user_namespace()) return Done{};
  VT_TRY(become_namespace_root());
  return limit_nested_user_namespaces(plan.nested_user_namespaces, proc);
}

// A copy of the builder's mounts. They belong to a user namespace above the container's: the kernel locks
// them.
Status take_mounts() {
  if (unshare(CLONE_NEWNS) != 0) return last_error("unshare");
  if (chdir("/") != 0) return last_error("chdir", "/");
  return Done{};
}

std::string devpts_of(const Plan& plan) {
  for (const RootStep& step : plan.root_steps) {
    if (step.kind == StepKind::openConsoles) return step.target;
  }
  return "";
}

// Console 0, or /dev/null: never the host's log.
Status set_stdio(const Plan& plan, const unique_fd& console, uid_t owner) {
  setsid();
  if (!console) return use_as_stdio(STDIN_FILENO);
  Result<unique_fd> own = open_by_name(console.get(), devpts_of(plan));
  if (!own) return own.error();
  return take_terminal(own->get(), owner);
}

Status become_init(const ContainerBirth& birth, const Identity& identity, const unique_fd& console) {
  VT_TRY(set_stdio(birth.plan, console, identity.user.uid));
  VT_TRY(follow_memory_policy(birth.plan.confinement));
  VT_TRY(label_next_exec(birth.plan.confinement, birth.proc));
  return shed_privileges(birth.plan, identity, birth.report);
}

}  // namespace

void run_container_child(const ContainerBirth& birth) {
  const Plan& plan = birth.plan;
  ChildReport report(birth.report);
  leave_builder(birth);
  report.stage(Message::cgroupJoined, join_cgroups(birth.cgroups));
  report.stage(Message::namespacesCreated, create_cgroup_namespace(plan));
  if (!ChildReport(birth.link).send_descriptors({})) _exit(1);
  await_packet(birth.link);
  report.stage(Message::idsMapped, take_root(plan, birth.proc));
  report.stage(Message::networkReady, set_up_network(plan));
  unique_fd console = await_packet(birth.link);
  report.stage(Message::rootReady, take_mounts());
  Result<Identity> identity = resolve_identity(plan);
  if (!identity) report.failed(Message::execing, identity.error());
  report.stage(Message::execing, become_init(birth, *identity, console));
  report.failed(Message::execing, execute(plan, build_environment(plan, identity->user)));
}

}  // namespace virtainer
