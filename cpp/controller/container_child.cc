#include "controller/container_child.h"

#include <sched.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/credentials.h"
#include "controller/execute.h"
#include "controller/network.h"
#include "controller/root.h"

namespace virtainer {

namespace {

// Descriptors of the handshake, the domain's lock and the control socket end here.
void close_supervisor_descriptors(const Cgroups& cgroups, int report) {
  std::vector<int> kept = cgroups.task_descriptors();
  kept.push_back(report);
  if (cgroups.directory) kept.push_back(cgroups.directory.get());
  close_all_but(kept);
  if (!die_with_parent(report)) _exit(1);
}

// Only now: the cgroup namespace's root is where the process is when it unshares.
Status create_cgroup_namespace(const Plan& plan) {
  if ((plan.namespaces & CLONE_NEWCGROUP) && unshare(CLONE_NEWCGROUP) != 0) return last_error("unshare");
  return Done{};
}

Status hand_over_consoles(ChildReport& report, const std::vector<Terminal>& consoles) {
  std::vector<int> masters;
  for (const Terminal& console : consoles) masters.push_back(console.master.get());
  return report.send_descriptors(masters);
}

// Console 0, or /dev/null: never the host's log.
Status set_stdio(const std::vector<Terminal>& consoles, uid_t owner) {
  setsid();
  if (consoles.empty()) return use_as_stdio(STDIN_FILENO);
  return take_terminal(consoles.front().slave.get(), owner);
}

Status become_init(const Plan& plan, const Identity& identity, const std::vector<Terminal>& consoles,
                   int report) {
  VT_TRY(set_stdio(consoles, identity.user.uid));
  return shed_privileges(plan, identity, report);
}

}  // namespace

void run_container_child(const Plan& plan, const Cgroups& cgroups, const Log& log, int report_socket) {
  ChildReport report(report_socket);
  std::vector<Terminal> consoles;
  close_supervisor_descriptors(cgroups, report_socket);
  // Nobody in the groups may make device nodes: the root is built before the container's first process joins.
  Status network = set_up_network(plan);
  if (!network) report.failed(Message::networkReady, network.error());
  Status root = build_root(plan, log, consoles);
  if (!root) report.failed(Message::rootReady, root.error());
  report.stage(Message::cgroupJoined, join_all_cgroups(cgroups));
  report.stage(Message::namespacesCreated, create_cgroup_namespace(plan));
  report.stage(Message::idsMapped, Done{});
  report.stage(Message::networkReady, network);
  report.stage(Message::rootReady, root);
  Result<Identity> identity = resolve_identity(plan);
  if (!identity) report.failed(Message::execing, identity.error());
  Status handed = hand_over_consoles(report, consoles);
  if (!handed) report.failed(Message::execing, handed.error());
  report.stage(Message::execing, become_init(plan, *identity, consoles, report_socket));
  report.failed(Message::execing, execute(plan, build_environment(plan, identity->user)));
}

}  // namespace virtainer
