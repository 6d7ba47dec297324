#include "controller/run.h"

#include <fcntl.h>
#include <unistd.h>

#include "controller/clone.h"
#include "controller/process.h"
#include "controller/supervisor.h"

namespace virtainer {

namespace {

constexpr int kHandshake = 3;
constexpr int kPlan = 4;
constexpr int kLock = 5;

}  // namespace

void run_command(int argc, char** argv) {
  constexpr int kInherited[] = {kHandshake, kPlan, kLock};
  protect_process();
  Handshake handshake{unique_fd(kHandshake)};
  Plan plan = begin(handshake, kInherited, kPlan, Command::run);
  Log log;
  log.name_domain(plan.uuid, plan.name);
  set_process_title(argc, argv, "virtainer: " + plan.name);
  Supervisor supervisor(std::move(plan), std::move(handshake), unique_fd(kLock), std::move(log));
  supervisor.run();
  _exit(0);
}

}  // namespace virtainer
