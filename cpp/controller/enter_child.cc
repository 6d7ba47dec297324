#include "controller/enter_child.h"

#include <unistd.h>

#include "controller/clone.h"
#include "controller/execute.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

Status become_command(const Plan& plan, uid_t uid) {
  setsid();
  if (plan.terminal_step >= 0) {
    Status taken = take_terminal(STDIN_FILENO, uid);
    if (!taken) return std::move(taken.error()).at(plan.terminal_step);
  }
  return settle(plan);
}

}  // namespace

void run_entering_child(const Plan& plan, const Identity& identity, StageReport report) {
  if (!die_with_parent(report.fd())) _exit(1);
  report.reached(Message::namespacesCreated);
  report.stage(Message::execing, become_command(plan, identity.user.uid));
  report.failed(Message::execing, execute(plan, build_environment(plan, identity.user)));
}

}  // namespace virtainer
