// Protocol version 1: message numbers and plan steps. The same tables as docs/protocol.md and lib/lxc.
#pragma once

#include <cstdint>
#include <string_view>

namespace virtainer {

constexpr int kProtocolVersion = 1;

enum class Message : uint16_t {
  hello = 1,
  planRead = 2,
  cgroupJoined = 3,
  namespacesCreated = 4,
  idsMapped = 5,
  networkReady = 6,
  rootReady = 7,
  execing = 8,
  running = 9,
  failed = 10,
  exited = 11,
  signal = 12,
  resize = 13,
  query = 32,
  state = 33,
  stop = 34,
  reboot = 35,
  ended = 36,
  rebooted = 37,
  accepted = 38,
  refused = 39,
  attachConsole = 40,
  consoleOutput = 41,
  consoleInput = 42,
  consoleResize = 43,
  consoleGap = 44,
};

enum class StepKind {
  domain,
  stateDirectory,
  journal,
  persistentFile,
  consoleLog,
  supervisorCgroupV1,
  supervisorCgroupV2,
  cgroupV1,
  cgroupV2,
  removeDirectory,
  removeDirectoryIfEmpty,
  removeFile,
  removeProfile,
  onReboot,
  keepDescriptor,
  watch,
  oomCounter,
  namespaces,
  inheritNamespace,
  joinNamespaces,
  uidMap,
  gidMap,
  timeOffset,
  boottimeFromStart,
  nestedUserNamespaces,
  hostname,
  loopbackUp,
  view,
  viewSource,
  terminal,
  capabilities,
  securebits,
  noNewPrivileges,
  seccompFilter,
  execLabel,
  rlimit,
  memoryPolicy,
  oomScoreAdjust,
  supervisorOomScoreAdjust,
  user,
  group,
  workingDirectory,
  environment,
  homeFromUser,
  executable,
  argument,
  root,
  bind,
  bindInside,
  mount,
  remountReadonly,
  readonly,
  mask,
  viewFile,
  directory,
  device,
  symlink,
  openConsoles,
  bindConsole,
};

enum class Command : uint8_t { run = 1, enter = 2, both = 3, hold = 4 };

struct StepRule {
  StepKind kind;
  const char* name;
  int min_tokens;  // after the name
  int max_tokens;  // -1: any number
  Command command;
  bool repeatable;
};

const StepRule* find_step(std::string_view name);
const char* message_name(Message message);

// `message NAME NUMBER` and `step NAME MIN MAX COMMAND` lines on standard output.
void print_tables();

}  // namespace virtainer
