// Supervises the command of an `enter`: its handshake with Node, its terminal, its end.
#pragma once

#include <string>

#include "common/tokens.h"
#include "controller/clone.h"
#include "controller/handshake.h"
#include "controller/records.h"
#include "controller/relay.h"

namespace virtainer {

class EnterSupervisor {
 public:
  EnterSupervisor(Handshake handshake, Child child, unique_fd report, unique_fd stream, unique_fd proc)
      : handshake_(std::move(handshake)),
        child_(std::move(child)),
        report_(std::move(report)),
        relay_(std::move(stream)),
        proc_(std::move(proc)) {}

  // Until the command has ended and its output has been passed on.
  void run();

 private:
  void turn();
  void on_report();
  void on_message(const std::string& message);
  void on_exec();
  void on_node();
  void on_node_message(const Frame& frame);
  void on_exit();
  void kill_command(int signal);
  bool is_over() const;

  Handshake handshake_;
  Child child_;
  unique_fd report_;
  Relay relay_;
  unique_fd proc_;
  std::string in_;
  bool execing_ = false;
  bool running_ = false;
  bool failed_ = false;
  bool ended_ = false;
  ExitStatus status_;
};

}  // namespace virtainer
