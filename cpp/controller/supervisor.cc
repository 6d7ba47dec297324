#include "controller/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

#include "controller/cgroups.h"

namespace virtainer {

namespace {

constexpr size_t kFirstClient =
    7;  // in the polled list: signals, report, builder, init, consoles, watches and the view come first

int sooner(int one, int other) {
  if (one < 0) return other;
  return other < 0 ? one : std::min(one, other);
}

int until(uint64_t wake_ms, uint64_t now_ms) {
  return wake_ms > now_ms ? static_cast<int>(wake_ms - now_ms) : 0;
}

// -1: it does not rest.
int rest_ms(uint64_t wait_us) { return wait_us > 0 ? static_cast<int>(wait_us / 1000) + 1 : -1; }

Result<unique_fd> open_signals() {
  sigset_t mask;
  sigfillset(&mask);
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&mask);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&mask, number);
  unique_fd fd(signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return last_error("signalfd");
  return fd;
}

}  // namespace

void Supervisor::run() {
  log_.write("starting up");
  if (Status ready = prepare(); !ready) {
    failure_ = encode_failure(Message::cgroupJoined, ready.error());
    begin_cleaning("failed");
  } else {
    start_container();
  }
  while (phase_ != Phase::done) turn();
}

Status Supervisor::prepare() {
  const std::string& directory = plan_.state_directory.value;
  state_directory_.reset(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!state_directory_) return last_error("open", directory).at(plan_.state_directory.step);
  Result<unique_fd> signals = open_signals();
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  Result<rlimit> limit = lift_file_size_limit();
  if (!limit) return limit.error();
  file_size_limit_ = *limit;
  VT_TRY(consoles_.create());
  if (plan_.console_log.given()) {
    Status opened = consoles_.open_log(plan_.console_log.value);
    if (!opened) return std::move(opened.error()).at(plan_.console_log.step);
  }
  Result<Cgroups> own = open_cgroups(plan_.supervisor_cgroups_v1, Setting{});
  if (!own) return own.error();
  VT_TRY(join_cgroups(*own));
  VT_TRY(watches_.open());
  Status listening = server_.listen(state_directory_.get());
  if (!listening) return std::move(listening.error()).at(plan_.state_directory.step);
  return Done{};
}

// One turn of the loop. What the container did comes before what clients ask, so that answers are current.
void Supervisor::turn() {
  bool accepting = phase_ != Phase::starting || !first_start_;
  // The builder goes first: as long as it works with init's number, nobody else must get that. And whether
  // init has executed is known when the builder has closed its end of the report.
  bool is_being_born = phase_ == Phase::starting && builder_;
  std::vector<pollfd> polled = {
      {signals_.get(), POLLIN, 0},
      {report_.get(), POLLIN, 0},
      {builder_.get(), POLLIN, 0},
      {is_being_born ? -1 : init_pidfd_.get(), POLLIN, 0},
      {consoles_.fd(), POLLIN, 0},
      {watches_.fd(), POLLIN, 0},
      {view_ ? view_->polled_fd(monotonic_us()) : -1, POLLIN, 0},
  };
  server_.add_polled(polled, accepting);
  if (poll(polled.data(), polled.size(), poll_timeout_ms(monotonic_ms())) < 0) {
    for (pollfd& entry : polled) entry.revents = 0;
  }
  if (polled[0].revents) on_signals();
  if (polled[1].revents) on_report();
  if (polled[2].revents) on_builder_exit();
  if (polled[5].revents) watches_.note_events(monotonic_ms());
  if (polled[3].revents) on_exit();
  if (polled[4].revents) consoles_.note_events();
  if (polled[6].revents) view_->serve();
  server_.serve(&polled[kFirstClient], accepting,
                [this](Client& client, const Frame& frame) { return on_request(client, frame); });
  serve_consoles();
  advance();
}

// Output that can be read at once: a watcher keeps up, or has lost its right to be waited for.
bool Supervisor::output_waits(uint64_t now_ms) {
  for (size_t i = 0; i < consoles_.size(); i++) {
    Console& console = consoles_.at(i);
    if (console.readable && server_.room(i, console.output, now_ms) > 0) return true;
  }
  return false;
}

int Supervisor::poll_timeout_ms(uint64_t now_ms) {
  if (output_waits(now_ms) || server_.has_input_for(consoles_)) return 0;
  int timeout = sooner(server_.next_deadline_ms(now_ms), watches_.delay_ms(now_ms));
  if (view_) timeout = sooner(timeout, rest_ms(view_->wait_us(monotonic_us())));
  bool waits = phase_ >= Phase::waiting_to_restart && (wake_ms_ > now_ms || phase_ == Phase::cleaning);
  if (waits || phase_ == Phase::starting || (phase_ == Phase::waiting_to_restart && !consoles_.readable())) {
    timeout = sooner(timeout, until(wake_ms_, now_ms));
  }
  return timeout;
}

void Supervisor::on_signals() {
  signalfd_siginfo info = {};
  while (read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGTERM || !is_alive()) continue;
    log_.write("SIGTERM: destroying the container");
    reason_ = "destroyed";
    kill_init(SIGKILL);
  }
}

void Supervisor::serve_consoles() {
  uint64_t now = monotonic_ms();
  for (size_t i = 0; i < consoles_.size(); i++) {
    consoles_.write_input(i);
    consoles_.read_output(i, server_.room(i, consoles_.at(i).output, now));
  }
  server_.pump(consoles_, now);
}

// What is due without an event.
void Supervisor::advance() {
  uint64_t now = monotonic_ms();
  // The log is read once: whoever is killed right after birth must be known by then.
  if (phase_ == Phase::starting) meet_init();
  watches_.advance(now);
  bool drained = !consoles_.readable() || (phase_ == Phase::flushing && now >= wake_ms_);
  if (phase_ == Phase::starting && now >= wake_ms_) on_start_overdue();
  if (phase_ == Phase::waiting_to_restart && now >= wake_ms_ && drained && !builder_) start_container();
  if (phase_ == Phase::cleaning && now >= wake_ms_) {
    if (cleanup_->attempt(now)) {
      finish();
    } else {
      wake_ms_ = now + static_cast<uint64_t>(cleanup_->delay_ms());
    }
  }
  if (phase_ != Phase::flushing) return;
  if (drained) {
    server_.finish(Message::ended, {reason_, exit_status_.word(), std::to_string(exit_status_.number)});
  }
  server_.close_lagging(now);
  server_.pump(consoles_, now);
  if (server_.empty() || now >= wake_ms_) phase_ = Phase::done;
}

}  // namespace virtainer
