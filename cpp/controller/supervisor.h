// Supervises one container: a poll loop around its init, its consoles and the clients of the control socket.
#pragma once

#include <optional>
#include <string>

#include "controller/cleanup.h"
#include "controller/control_server.h"
#include "controller/fuse_server.h"
#include "controller/handshake.h"
#include "controller/log.h"
#include "controller/plan.h"
#include "controller/records.h"
#include "controller/watches.h"

namespace virtainer {

class Supervisor {
 public:
  Supervisor(Plan plan, Handshake handshake, unique_fd lock, Log log)
      : plan_(std::move(plan)),
        log_(std::move(log)),
        handshake_(std::move(handshake)),
        lock_(std::move(lock)),
        watches_(plan_, log_) {}

  // From the decoded plan to the end of the container.
  void run();

 private:
  enum class Phase { starting, running, waiting_to_restart, cleaning, flushing, done };

  // supervisor.cc: the loop
  Status prepare();
  void turn();
  int poll_timeout_ms(uint64_t now_ms);
  bool output_waits(uint64_t now_ms);
  void on_signals();
  void serve_consoles();
  void advance();

  // starting.cc: until init runs
  void start_container();
  void start_clock();
  Result<unique_fd> open_view();
  Status try_start();
  void meet_init();
  void on_builder_exit();
  void on_report();
  void on_report_end();
  void on_message(const std::string& message);
  void on_exec();
  Status announce();
  void on_start_overdue();
  void fail_start(const Error& error);
  void kill_start();
  void conclude_failed_start();
  void start_failed();

  // lifecycle.cc: from the end of init on
  void on_exit();
  void on_container_ended();
  void kill_init(int signal);
  void begin_cleaning(const char* fallback_reason);
  void finish();

  // requests.cc: the control socket's messages
  bool on_request(Client& client, const Frame& frame);
  void on_query(Client& client);
  void on_stop(Client& client, const Frame& frame);
  void on_reboot(Client& client, const Frame& frame);
  bool on_console_request(Client& client, const Frame& frame);
  void refuse(Client& client, const Frame& frame, int code, const char* text);
  void accept(Client& client, const Frame& frame);
  bool is_alive() const { return phase_ <= Phase::waiting_to_restart; }

  Plan plan_;
  Log log_;
  Handshake handshake_;
  unique_fd lock_;
  unique_fd state_directory_;
  unique_fd signals_;
  Consoles consoles_;
  std::optional<FuseServer> view_;
  ControlServer server_;
  std::optional<Cleanup> cleanup_;
  Watches watches_;

  Phase phase_ = Phase::starting;
  bool first_start_ = true;
  bool execing_ = false;
  bool doomed_ = false;  // a start that has been killed
  bool reboot_requested_ = false;
  std::string reason_;   // of a requested stop
  std::string failure_;  // the `failed` message of a start
  Message next_stage_ = Message::cgroupJoined;
  unique_fd report_;
  unique_fd builder_;                      // pidfd
  const volatile pid_t* birth_ = nullptr;  // of init, noted by the kernel
  unique_fd init_pidfd_;
  ProcessIdentity init_;
  ExitStatus exit_status_;
  std::optional<LimitReport> oom_;  // how the OOM killer has ended init
  rlimit file_size_limit_ = {};     // the container's
  uint64_t started_ms_ = 0;
  uint64_t short_lives_ = 0;  // in a row, ended by a reboot
  uint64_t wake_ms_ = 0;      // the end of the current phase's wait
};

}  // namespace virtainer
