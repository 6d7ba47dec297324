// A start as its supervisor sees it: the builder, what it reports, and the birth of init.
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "controller/builder.h"
#include "controller/cgroups.h"
#include "controller/clone.h"
#include "controller/confinement.h"
#include "controller/process_state.h"
#include "controller/supervisor.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

// A file system that does not answer must not hold the domain's lock for ever, nor must a process that does
// not even die of SIGKILL because of it.
constexpr uint64_t kMaxStartMs = 60'000;
constexpr uint64_t kMaxDyingMs = 5000;

// What the container of the last life has made below its groups.
void empty_groups(const Plan& plan) {
  if (plan.cgroup_v2.given()) empty_group(plan.cgroup_v2.value);
  for (const Setting& group : plan.cgroups_v1) empty_group(group.value);
}

int64_t boottime_offset_ns(const Plan& plan) {
  for (const TimeOffset& offset : plan.time_offsets) {
    if (offset.clock == kBoottime) return offset.seconds * 1'000'000'000 + offset.nanoseconds;
  }
  return 0;
}

}  // namespace

void Supervisor::start_container() {
  phase_ = Phase::starting;
  started_ms_ = monotonic_ms();
  next_stage_ = Message::cgroupJoined;
  execing_ = reboot_requested_ = doomed_ = false;
  exit_status_ = ExitStatus{};
  oom_.reset();
  wake_ms_ = started_ms_ + kMaxStartMs;
  Status started = try_start();
  if (started) return;
  failure_ = encode_failure(next_stage_, started.error());
  start_failed();
}

Status Supervisor::try_start() {
  if (!first_start_) empty_groups(plan_);
  Result<Cgroups> cgroups = open_cgroups(plan_.cgroups_v1, plan_.cgroup_v2);
  if (!cgroups) return cgroups.error();
  Result<ReportSockets> sockets = make_report_sockets();
  if (!sockets) return sockets.error();
  Result<pid_t*> birth = make_birth_note();
  if (!birth) return birth.error();
  start_clock();
  Result<unique_fd> view = open_view();
  if (!view) return std::move(view.error()).at(plan_.view.step);
  Result<Child> builder = clone_child(CLONE_NEWNS, -1);
  if (!builder) return builder.error();
  if (builder->pid == 0) {
    sockets->supervisor.reset();
    setrlimit(RLIMIT_FSIZE, &file_size_limit_);
    run_builder({plan_, *cgroups, log_, view->get(), sockets->child.get(), *birth});
  }
  report_ = std::move(sockets->supervisor);
  builder_ = std::move(builder->pidfd);
  birth_ = *birth;
  init_ = {};
  return Done{};
}

// The clock of the last life, if there was one, goes with it.
void Supervisor::start_clock() {
  if (plan_.boottime_step < 0) return;
  std::erase_if(plan_.time_offsets, [](const TimeOffset& offset) { return offset.clock == kBoottime; });
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  constexpr uint32_t kSecondNs = 1'000'000'000;
  const auto nanoseconds = static_cast<uint32_t>(now.tv_nsec);
  plan_.time_offsets.push_back({kBoottime, -now.tv_sec - (nanoseconds > 0 ? 1 : 0),
                                nanoseconds > 0 ? kSecondNs - nanoseconds : 0, plan_.boottime_step});
}

// Nobody can look into it before it is served: made here, it is served from the first moment on.
Result<unique_fd> Supervisor::open_view() {
  view_.reset();
  if (!plan_.view.given()) return unique_fd();
  Result<FuseFileSystem> made = make_fuse_file_system(plan_.view.mount_options);
  if (!made) return made.error();
  view_.emplace(std::move(made->device), ResourceView(plan_.view.sources, boottime_offset_ns(plan_)));
  return std::move(made->mount);
}

// A child of ours, whoever gave birth to it: its number stays its own until we reap it.
void Supervisor::meet_init() {
  if (init_pidfd_ || birth_ == nullptr || *birth_ == 0) return;
  init_ = {*birth_, ""};
  watches_.follow(init_.pid);
  forget_birth_note(const_cast<pid_t*>(birth_));
  birth_ = nullptr;
  init_pidfd_ = open_pidfd(init_.pid);
  if (init_pidfd_) return;
  Error error = last_error("pidfd_open");
  kill(init_.pid, SIGKILL);
  fail_start(error);
}

void Supervisor::on_builder_exit() {
  on_report();
  siginfo_t info = {};
  waitid(P_PIDFD, static_cast<id_t>(builder_.get()), &info, WEXITED | WNOHANG);
  builder_.reset();
  if (phase_ != Phase::starting) return;
  meet_init();
  bool is_done = info.si_code == CLD_EXITED && info.si_status == 0;
  if (!is_done) kill_start();
  if (!init_pidfd_) conclude_failed_start();
}

void Supervisor::on_report() {
  while (report_) {
    Result<ReportPacket> packet = receive_report(report_.get());
    meet_init();
    if (!packet && is_nothing_yet(packet.error())) return;
    if (!packet) {
      report_.reset();
      fail_start(packet.error());
    } else if (!packet->descriptors.empty()) {
      Status taken = consoles_.replace(std::move(packet->descriptors));
      if (!taken) fail_start(taken.error());
    } else if (!packet->message.empty()) {
      on_message(packet->message);
    } else {
      report_.reset();
      on_report_end();
    }
  }
}

// The socket closes on exec, but also when the child is killed just before it.
void Supervisor::on_report_end() {
  if (!execing_ || doomed_ || !failure_.empty()) return;
  Result<unique_fd> proc = open_proc();
  Result<ProcessState> state = proc ? read_state(proc->get(), init_.pid) : proc.error();
  if (!state) return fail_start(state.error());
  if (!state->has_execed) return;
  Status verified = verify_confinement(plan_.confinement, proc->get(), init_.pid);
  if (!verified) return fail_start(verified.error());
  on_exec();
}

void Supervisor::on_message(const std::string& message) {
  Frame frame;
  if (decode_frame(message, frame) != FrameStatus::complete) return;
  Message number = static_cast<Message>(frame.number);
  if (number == Message::failed) {
    if (failure_.empty()) failure_ = message;
    kill_start();
    return;
  }
  next_stage_ = static_cast<Message>(frame.number + 1);
  execing_ = number == Message::execing;
  if (first_start_) handshake_.forward(message);
}

// Init runs.
void Supervisor::on_exec() {
  if (Status announced = announce(); !announced) return fail_start(announced.error());
  phase_ = Phase::running;
  log_.write((first_start_ ? "running, init is process " : "rebooted, init is process ") +
             std::to_string(init_.pid));
  if (first_start_) watches_.begin_telling(monotonic_ms());
  first_start_ = false;
}

Status Supervisor::announce() {
  Result<unique_fd> proc = open_proc();
  if (!proc) return proc.error();
  Result<ProcessState> controller = read_state(proc->get(), getpid());
  if (!controller) return controller.error();
  Result<ProcessState> init = read_state(proc->get(), init_.pid);
  if (!init) return init.error();
  ProcessIdentity own = {getpid(), controller->start_time};
  init_.start_time = init->start_time;
  VT_TRY(write_controller_file(state_directory_.get(), own, init_));
  if (!first_start_) {
    server_.broadcast(Message::rebooted, {std::to_string(init_.pid), init_.start_time});
    return Done{};
  }
  VT_TRY(append_started(plan_));
  lock_.reset();
  handshake_.send(Message::running, {monotonic_ns(), std::to_string(own.pid), own.start_time,
                                     std::to_string(init_.pid), init_.start_time});
  handshake_.close();
  return Done{};
}

// When neither of the two is left that a start is made of.
void Supervisor::conclude_failed_start() {
  if (builder_ || init_pidfd_) return;
  report_.reset();
  // Whatever the builder has come across: it was without that process.
  if (failure_.empty() || oom_) {
    std::string how = "the first process ended with " + exit_status_.text();
    int code = oom_ ? ENOMEM : ECHILD;
    failure_ = encode_failure(next_stage_, Error{reason_.empty() ? code : ECANCELED, "waitid", how});
  }
  start_failed();
}

// The start has taken too long, or its process does not die although it was killed.
void Supervisor::on_start_overdue() {
  if (!doomed_) return fail_start(Error{ETIMEDOUT, "poll"});
  log_.write("process " + std::to_string(init_.pid) + " does not die and is left alone");
  builder_.reset();
  init_pidfd_.reset();
  report_.reset();
  if (failure_.empty()) failure_ = encode_failure(next_stage_, Error{ECANCELED, "poll"});
  start_failed();
}

// Kills what was to become init; its end concludes the start.
void Supervisor::fail_start(const Error& error) {
  if (failure_.empty()) failure_ = encode_failure(next_stage_, error);
  kill_init(SIGKILL);
}

void Supervisor::start_failed() {
  Frame frame;
  if (decode_frame(failure_, frame) == FrameStatus::complete && frame.tokens.size() == 5) {
    auto text = [&](size_t index) { return std::string(frame.tokens[index]); };
    log_.write("start failed at " + text(0) + ", step " + text(1) + ": " + text(3) + " " + text(4) +
               ": errno " + text(2));
  }
  begin_cleaning("failed");
}

void Supervisor::kill_start() {
  meet_init();
  if (builder_) sys_pidfd_send_signal(builder_.get(), SIGKILL);
  if (init_pidfd_) sys_pidfd_send_signal(init_pidfd_.get(), SIGKILL);
  thaw_container(plan_);
  if (doomed_) return;
  doomed_ = true;
  wake_ms_ = monotonic_ms() + kMaxDyingMs;
}

}  // namespace virtainer
