#include "controller/builder.h"

#include <sched.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/container_child.h"
#include "controller/handshake.h"
#include "controller/id_maps.h"
#include "controller/limits.h"
#include "controller/mounts.h"
#include "controller/namespaces.h"
#include "controller/records.h"
#include "controller/root.h"

namespace virtainer {

namespace {

// Descriptors of the handshake, the domain's lock and the control socket end here.
void leave_supervisor(const Building& building) {
  std::vector<int> kept = building.cgroups.task_descriptors();
  kept.push_back(building.report);
  if (building.view >= 0) kept.push_back(building.view);
  if (building.cgroups.directory) kept.push_back(building.cgroups.directory.get());
  for (const InheritedNamespace& inherited : building.plan.inherited_namespaces) kept.push_back(inherited.fd);
  close_all_but(kept);
  if (!die_with_parent(building.report)) _exit(1);
}

// The container's own user namespace limits what it may; its limits and score must be set from outside of it.
Status admit(const Plan& plan, int proc, pid_t container) {
  VT_TRY(limit_resources(plan.confinement, container));
  return adjust_oom_score(proc, container, plan.confinement.oom_score_adjust);
}

Result<std::vector<Terminal>> build(const Building& building, const Child& container, int proc) {
  Result<unique_fd> user_namespace = open_user_namespace(building.plan, proc, container.pid);
  if (!user_namespace) return user_namespace.error();
  // What a mount shows of a network, of message queues or of cgroups is that of whoever mounts.
  const uint64_t shown = building.plan.namespaces & (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWCGROUP);
  if (shown != 0 && setns(container.pidfd.get(), static_cast<int>(shown)) != 0) return last_error("setns");
  BuildSite site = {building.plan, building.log, container.pidfd.get(), user_namespace->get(), building.view};
  VT_TRY(build_root(site));
  return std::move(site.consoles);
}

Status hand_over(ChildReport& report, int link, const std::vector<Terminal>& consoles) {
  std::vector<int> masters;
  for (const Terminal& console : consoles) masters.push_back(console.master.get());
  if (!masters.empty()) VT_TRY(report.send_descriptors(masters));
  std::vector<int> first;
  if (!consoles.empty()) first.push_back(consoles.front().slave.get());
  return ChildReport(link).send_descriptors(first);
}

void require(ChildReport& report, Message stage, const Status& outcome) {
  if (!outcome) report.failed(stage, outcome.error());
}

}  // namespace

void run_builder(const Building& building) {
  const Plan& plan = building.plan;
  ChildReport report(building.report);
  leave_supervisor(building);
  Result<unique_fd> proc = open_proc();
  if (!proc) report.failed(Message::namespacesCreated, proc.error());
  require(report, Message::namespacesCreated, make_mounts_private());
  require(report, Message::namespacesCreated, enter_shared_namespaces(plan, proc->get()));
  require(report, Message::namespacesCreated, act_as_container_root(plan));
  // Again: the parent-death signal does not survive a change of user.
  if (!die_with_parent(building.report)) _exit(1);
  Result<ReportSockets> link = make_report_sockets();
  if (!link) report.failed(Message::namespacesCreated, link.error());
  Result<Child> container =
      clone_container(namespaces_at_birth(plan), building.cgroups.directory.get(), building.birth);
  if (!container) report.failed(Message::namespacesCreated, container.error());
  if (container->pid == 0) {
    link->supervisor.reset();
    run_container_child({plan, building.cgroups, building.report, link->child.get(), proc->get()});
  }
  link->child.reset();
  require(report, Message::idsMapped, map_ids(plan, proc->get(), container->pid));
  require(report, Message::idsMapped, admit(plan, proc->get(), container->pid));
  if (!ChildReport(link->supervisor.get()).send_descriptors({})) _exit(1);
  await_packet(link->supervisor.get());
  Result<std::vector<Terminal>> consoles = build(building, *container, proc->get());
  if (!consoles) report.failed(Message::rootReady, consoles.error());
  if (!hand_over(report, link->supervisor.get(), *consoles)) _exit(1);
  _exit(0);
}

}  // namespace virtainer
