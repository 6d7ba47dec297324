#include "controller/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "controller/cgroups.h"
#include "controller/cleanup.h"
#include "controller/clone.h"
#include "controller/limits.h"
#include "controller/records.h"

namespace virtainer {

namespace {

[[noreturn]] void give_up(Handshake& handshake, const Error& error) {
  handshake.failed(Message::planRead, error);
  _exit(1);
}

Status set_own_oom_score(const Plan& plan) {
  if (!plan.supervisor_oom_score_adjust.given()) return Done{};
  Result<unique_fd> proc = open_proc();
  if (!proc) return proc.error();
  return adjust_oom_score(proc->get(), getpid(), plan.supervisor_oom_score_adjust);
}

Status leave_node(std::span<const int> inherited, const Plan& plan) {
  Result<Cgroups> own = open_cgroups({}, plan.supervisor_cgroup_v2);
  if (!own) return own.error();
  std::vector<int> kept(inherited.begin(), inherited.end());
  kept.insert(kept.end(), plan.kept_descriptors.begin(), plan.kept_descriptors.end());
  for (const InheritedNamespace& shared : plan.inherited_namespaces) kept.push_back(shared.fd);
  for (int fd : kept) {
    if (fcntl(fd, F_GETFD) < 0) return last_error("fcntl", std::to_string(fd));
  }
  if (own->directory) kept.push_back(own->directory.get());
  VT_TRY(daemonise(kept, own->directory.get()));
  VT_TRY(set_own_oom_score(plan));
  if (chdir("/") != 0) return last_error("chdir", "/");
  return Done{};
}

}  // namespace

void protect_process() {
  for (int fd = 0; fd <= STDERR_FILENO; fd++) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) _exit(1);
  }
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Plan begin(Handshake& handshake, std::span<const int> inherited, int plan_fd, Command command) {
  for (int fd : inherited) {
    if (fcntl(fd, F_GETFD) < 0) _exit(1);
  }
  handshake.send(Message::hello, {std::to_string(kProtocolVersion)});
  Result<std::string> bytes = read_plan(plan_fd);
  if (!bytes) give_up(handshake, bytes.error());
  Result<Plan> plan = decode_plan(*bytes, command);
  if (!plan) give_up(handshake, plan.error());
  std::vector<int> kept(inherited.begin(), inherited.end());
  std::erase(kept, plan_fd);
  if (Status left = leave_node(kept, *plan); !left) {
    if (command == Command::run) clean_up_unstarted(*plan);
    give_up(handshake, left.error());
  }
  handshake.reached(Message::planRead);
  return std::move(*plan);
}

// The arguments and the environment, which we do not use, lie in one piece.
void set_process_title(int argc, char** argv, const std::string& title) {
  prctl(PR_SET_NAME, title.substr(0, 15).c_str());
  char* start = argv[0];
  char* end = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
  for (char** variable = environ; *variable != nullptr && *variable == end; variable++)
    end += strlen(end) + 1;
  size_t room = static_cast<size_t>(end - start);
  memset(start, 0, room);
  memcpy(start, title.data(), std::min(title.size(), room - 1));
}

}  // namespace virtainer
