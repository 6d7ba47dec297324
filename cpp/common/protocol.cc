#include "common/protocol.h"

#include <cstdio>

namespace virtainer {

namespace {

struct MessageRule {
  Message number;
  const char* name;
};

constexpr MessageRule kMessages[] = {
    {Message::hello, "hello"},
    {Message::planRead, "planRead"},
    {Message::cgroupJoined, "cgroupJoined"},
    {Message::namespacesCreated, "namespacesCreated"},
    {Message::idsMapped, "idsMapped"},
    {Message::networkReady, "networkReady"},
    {Message::rootReady, "rootReady"},
    {Message::execing, "execing"},
    {Message::running, "running"},
    {Message::failed, "failed"},
    {Message::exited, "exited"},
    {Message::signal, "signal"},
    {Message::resize, "resize"},
    {Message::query, "query"},
    {Message::state, "state"},
    {Message::stop, "stop"},
    {Message::reboot, "reboot"},
    {Message::ended, "ended"},
    {Message::rebooted, "rebooted"},
    {Message::accepted, "accepted"},
    {Message::refused, "refused"},
    {Message::attachConsole, "attachConsole"},
    {Message::consoleOutput, "consoleOutput"},
    {Message::consoleInput, "consoleInput"},
    {Message::consoleResize, "consoleResize"},
    {Message::consoleGap, "consoleGap"},
};

constexpr StepRule kSteps[] = {
    {StepKind::domain, "domain", 2, 2, Command::run, false},
    {StepKind::stateDirectory, "state-directory", 1, 1, Command::run, false},
    {StepKind::journal, "journal", 2, 3, Command::run, false},
    {StepKind::persistentFile, "persistent-file", 1, 1, Command::run, false},
    {StepKind::consoleLog, "console-log", 1, 1, Command::run, false},
    {StepKind::supervisorCgroupV1, "supervisor-cgroup-v1", 1, 1, Command::both, true},
    {StepKind::supervisorCgroupV2, "supervisor-cgroup-v2", 1, 1, Command::both, false},
    {StepKind::cgroupV1, "cgroup-v1", 1, 1, Command::both, true},
    {StepKind::cgroupV2, "cgroup-v2", 1, 1, Command::both, false},
    {StepKind::removeDirectory, "remove-directory", 1, 1, Command::run, true},
    {StepKind::removeDirectoryIfEmpty, "remove-directory-if-empty", 1, 1, Command::run, true},
    {StepKind::removeFile, "remove-file", 1, 1, Command::run, true},
    {StepKind::removeProfile, "remove-profile", 1, 1, Command::run, false},
    {StepKind::onReboot, "on-reboot", 1, 1, Command::run, false},
    {StepKind::keepDescriptor, "keep-descriptor", 1, 1, Command::run, true},
    {StepKind::watch, "watch", 8, 8, Command::run, true},
    {StepKind::oomCounter, "oom-counter", 2, 2, Command::enter, false},
    {StepKind::namespaces, "namespaces", 1, -1, Command::run, false},
    {StepKind::inheritNamespace, "inherit-namespace", 2, 2, Command::run, true},
    {StepKind::joinNamespaces, "join-namespaces", 1, -1, Command::enter, false},
    {StepKind::uidMap, "uid-map", 3, 3, Command::both, true},
    {StepKind::gidMap, "gid-map", 3, 3, Command::both, true},
    {StepKind::timeOffset, "time-offset", 3, 3, Command::run, true},
    {StepKind::boottimeFromStart, "boottime-from-start", 0, 0, Command::run, false},
    {StepKind::nestedUserNamespaces, "nested-user-namespaces", 1, 1, Command::run, false},
    {StepKind::hostname, "hostname", 1, 1, Command::run, false},
    {StepKind::loopbackUp, "loopback-up", 0, 0, Command::run, false},
    {StepKind::view, "view", 0, -1, Command::run, false},
    {StepKind::viewSource, "view-source", 2, 2, Command::run, true},
    {StepKind::terminal, "terminal", 2, 2, Command::enter, false},
    {StepKind::capabilities, "capabilities", 1, 1, Command::both, false},
    {StepKind::securebits, "securebits", 1, 1, Command::both, false},
    {StepKind::noNewPrivileges, "no-new-privileges", 0, 0, Command::both, false},
    {StepKind::seccompFilter, "seccomp-filter", 1, 1, Command::both, false},
    {StepKind::execLabel, "exec-label", 2, 2, Command::both, false},
    {StepKind::rlimit, "rlimit", 3, 3, Command::both, true},
    {StepKind::memoryPolicy, "memory-policy", 2, 2, Command::both, false},
    {StepKind::oomScoreAdjust, "oom-score-adjust", 1, 1, Command::both, false},
    {StepKind::supervisorOomScoreAdjust, "supervisor-oom-score-adjust", 1, 1, Command::both, false},
    {StepKind::user, "user", 1, 1, Command::both, false},
    {StepKind::group, "group", 1, 1, Command::both, false},
    {StepKind::workingDirectory, "working-directory", 1, 1, Command::both, false},
    {StepKind::environment, "environment", 1, 1, Command::both, true},
    {StepKind::homeFromUser, "home-from-user", 0, 0, Command::enter, false},
    {StepKind::executable, "executable", 1, 1, Command::both, false},
    {StepKind::argument, "argument", 1, 1, Command::both, true},
    {StepKind::root, "root", 2, 2, Command::run, false},
    {StepKind::bind, "bind", 3, 3, Command::run, true},
    {StepKind::bindInside, "bind-inside", 3, 3, Command::run, true},
    {StepKind::mount, "mount", 4, -1, Command::run, true},
    {StepKind::remountReadonly, "remount-readonly", 1, 1, Command::run, true},
    {StepKind::readonly, "readonly", 1, 1, Command::run, true},
    {StepKind::mask, "mask", 1, 1, Command::run, true},
    {StepKind::viewFile, "view-file", 2, 2, Command::run, true},
    {StepKind::directory, "directory", 2, 2, Command::run, true},
    {StepKind::device, "device", 5, 5, Command::run, true},
    {StepKind::symlink, "symlink", 2, 2, Command::run, true},
    {StepKind::openConsoles, "open-consoles", 2, 2, Command::run, false},
    {StepKind::bindConsole, "bind-console", 2, 2, Command::run, true},
};

const char* command_name(Command command) {
  if (command == Command::both) return "both";
  return command == Command::run ? "run" : "enter";
}

}  // namespace

const StepRule* find_step(std::string_view name) {
  for (const StepRule& rule : kSteps) {
    if (name == rule.name) return &rule;
  }
  return nullptr;
}

const char* message_name(Message message) {
  for (const MessageRule& rule : kMessages) {
    if (rule.number == message) return rule.name;
  }
  return "";
}

void print_tables() {
  for (const MessageRule& rule : kMessages) {
    std::printf("message %s %d\n", rule.name, static_cast<int>(rule.number));
  }
  for (const StepRule& rule : kSteps) {
    std::printf("step %s %d %d %s\n", rule.name, rule.min_tokens, rule.max_tokens,
                command_name(rule.command));
  }
}

}  // namespace virtainer
