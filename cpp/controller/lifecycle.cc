// The container's life as its supervisor sees it, from the end of init on: reboot, or cleaning up.
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "controller/process_state.h"
#include "controller/supervisor.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

// A container that reboots at once, again and again, must not occupy the host.
constexpr uint64_t kShortLifeMs = 1000;
constexpr uint64_t kDelayPerShortLifeMs = 100;
constexpr uint64_t kMaxShortLives = 10;
constexpr uint64_t kMaxFlushMs = 5000;

}  // namespace

void Supervisor::on_exit() {
  // Both may have happened since poll(): the exec comes before the end.
  on_report();
  Result<unique_fd> proc = open_proc();
  exit_status_ = take_exit_status(proc ? proc->get() : -1, init_.pid, init_pidfd_.get());
  if (exit_status_.signaled && exit_status_.number == SIGKILL) oom_ = watches_.kill_of_init();
  exit_status_.by_oom_killer = oom_.has_value();
  init_pidfd_.reset();
  consoles_.look_again();
  if (phase_ == Phase::running) {
    report_.reset();
    on_container_ended();
    return;
  }
  kill_start();
  conclude_failed_start();
}

void Supervisor::on_container_ended() {
  // In a PID namespace reboot(2) ends init with SIGHUP, or with SIGINT to power off.
  bool rebooted = exit_status_.signaled && exit_status_.number == SIGHUP;
  log_.write("init ended with " + exit_status_.text());
  bool restarts = (rebooted || reboot_requested_) && plan_.restart_on_reboot && reason_.empty();
  if (!restarts) {
    begin_cleaning(oom_ ? "crashed" : "shutdown");
    return;
  }
  kill_leftovers(plan_);
  phase_ = Phase::waiting_to_restart;
  uint64_t now = monotonic_ms();
  wake_ms_ = now + short_lives_ * kDelayPerShortLifeMs;
  bool was_short = now - started_ms_ < kShortLifeMs;
  short_lives_ = was_short ? std::min(short_lives_ + 1, kMaxShortLives) : 0;
}

void Supervisor::kill_init(int signal) {
  if (phase_ == Phase::starting) {
    kill_start();
  } else if (init_pidfd_) {
    sys_pidfd_send_signal(init_pidfd_.get(), signal);
    if (signal == SIGKILL) thaw_container(plan_);
  } else if (phase_ == Phase::waiting_to_restart) {
    begin_cleaning("destroyed");
  }
}

void Supervisor::begin_cleaning(const char* fallback_reason) {
  if (reason_.empty()) reason_ = fallback_reason;
  watches_.close(monotonic_ms());
  phase_ = Phase::cleaning;
  wake_ms_ = 0;
  cleanup_.emplace(plan_, log_);
}

// Everything of the container is gone: the records, then the last words.
void Supervisor::finish() {
  bool persistent = is_persistent(plan_);
  bool ran = !first_start_;
  server_.stop_listening();
  if (ran && persistent) {
    if (Status done = write_exit_file(state_directory_.get(), reason_, exit_status_); !done) {
      log_.write("cannot write exit: errno " + std::to_string(done.error().code));
    }
  }
  remove_live_files(plan_, state_directory_.get(), log_);
  if (ran) {
    if (Status done = append_stopped(plan_, reason_, exit_status_, oom_); !done) {
      log_.write("cannot append to the journal: errno " + std::to_string(done.error().code));
    }
    log_.write("ended: " + reason_ + ", " + exit_status_.text());
  }
  leave_state_directory(plan_, state_directory_.get(), persistent, log_);
  lock_.reset();
  if (!ran) {
    handshake_.forward(failure_);
    handshake_.close();
  }
  phase_ = Phase::flushing;
  wake_ms_ = monotonic_ms() + kMaxFlushMs;
}

}  // namespace virtainer
