// virtainer-controller: starts a container and supervises it, runs a command in one, or only waits. See
// docs/protocol.md.
#include <cstdio>
#include <string_view>

#include "common/protocol.h"
#include "controller/enter.h"
#include "controller/hold.h"
#include "controller/run.h"

int main(int argc, char** argv) {
  std::string_view command = argc == 2 ? argv[1] : "";
  if (command == "run") virtainer::run_command(argc, argv);
  if (command == "enter") virtainer::enter_command(argc, argv);
  if (command == "hold") virtainer::hold_command(argc, argv);
  if (command == "tables") {
    virtainer::print_tables();
    return 0;
  }
  std::fputs("usage: virtainer-controller run | enter | hold | tables\n", stderr);
  return 2;
}
