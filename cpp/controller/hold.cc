#include "controller/hold.h"

#include <unistd.h>

#include "controller/process.h"
#include "controller/process_state.h"

namespace virtainer {

namespace {

constexpr int kHandshake = 3;
constexpr int kPlan = 4;

Result<std::string> own_start_time() {
  Result<unique_fd> proc = open_proc();
  if (!proc) return proc.error();
  Result<ProcessState> own = read_state(proc->get(), getpid());
  if (!own) return own.error();
  return own->start_time;
}

}  // namespace

// Lives until Node closes its end, or is gone.
void hold_command(int argc, char** argv) {
  constexpr int kInherited[] = {kHandshake, kPlan};
  protect_process();
  Handshake handshake{unique_fd(kHandshake)};
  begin(handshake, kInherited, kPlan, Command::hold);
  set_process_title(argc, argv, "virtainer: place");
  Result<std::string> start_time = own_start_time();
  if (!start_time) {
    handshake.failed(Message::running, start_time.error());
    _exit(1);
  }
  const std::string pid = std::to_string(getpid());
  handshake.send(Message::running, {monotonic_ns(), pid, *start_time, pid, *start_time});
  for (char ignored; read(handshake.fd(), &ignored, 1) > 0;) {
  }
  _exit(0);
}

}  // namespace virtainer
