// Supervises the joiner and the command of an `enter`: their handshake with Node, the terminal, the end.
#pragma once

#include <signal.h>

#include <string>

#include "common/tokens.h"
#include "controller/clone.h"
#include "controller/handshake.h"
#include "controller/oom_witness.h"
#include "controller/records.h"
#include "controller/relay.h"

namespace virtainer {

// What the supervisor has of the joiner. `link` is open when a terminal's master will come through it.
struct Joined {
  Child child;
  unique_fd report;
  unique_fd link;
  unique_fd init;
  const volatile pid_t* birth;
};

class EnterSupervisor {
 public:
  EnterSupervisor(Handshake handshake, Joined joined, unique_fd stream, unique_fd proc, OomWitness witness)
      : handshake_(std::move(handshake)),
        joiner_(std::move(joined.child)),
        report_(std::move(joined.report)),
        link_(std::move(joined.link)),
        init_(std::move(joined.init)),
        birth_(joined.birth),
        relay_(std::move(stream)),
        proc_(std::move(proc)),
        witness_(std::move(witness)) {}

  // Until the command has ended and its output has been passed on.
  void run();

 private:
  void turn();
  void on_report();
  bool read_report();
  bool on_message(const Frame& frame);
  void on_failure(const Frame& frame);
  void on_joiner_exit();
  Error early_end() const;
  void meet_command();
  Status take_over_terminal();
  void settle_start();
  void on_command_exit();
  void on_node();
  void on_node_message(const Frame& frame);
  void fail(const Error& error);
  void send_signal(int signal);
  std::vector<std::string> outcome() const;
  bool is_over() const;

  Handshake handshake_;
  Child joiner_;
  Child command_;  // known from its birth on
  unique_fd report_;
  unique_fd link_;
  unique_fd init_;
  const volatile pid_t* birth_;
  Relay relay_;
  unique_fd proc_;
  std::string reported_;
  std::string in_;
  Message stage_ = Message::planRead;  // the last one reached
  bool failed_ = false;
  bool running_ = false;
  ExitStatus status_{true, SIGKILL};
  OomWitness witness_;
  bool killed_ = false;  // by us
  uint64_t born_us_ = 0;
  uint64_t lived_us_ = 0;
  std::optional<rusage> usage_;
};

}  // namespace virtainer
