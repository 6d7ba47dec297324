#include "controller/enter_supervisor.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <climits>

#include "controller/process_state.h"
#include "controller/records.h"
#include "controller/syscalls.h"

namespace virtainer {

namespace {

Message stage_after(Message stage) {
  switch (stage) {
    case Message::planRead:
      return Message::cgroupJoined;
    case Message::cgroupJoined:
      return Message::namespacesCreated;
    case Message::namespacesCreated:
      return Message::execing;
    default:
      return Message::running;
  }
}

uint64_t microseconds(const timeval& time) {
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000 + static_cast<uint64_t>(time.tv_usec);
}

}  // namespace

void EnterSupervisor::run() {
  while (!is_over()) turn();
  relay_.end_stream();
  if (running_) handshake_.send(Message::exited, outcome());
  handshake_.linger();
}

// Without the usage when a tracer has taken it.
std::vector<std::string> EnterSupervisor::outcome() const {
  std::vector<std::string> tokens = {status_.word(), std::to_string(status_.number),
                                     status_.by_oom_killer ? "memory-limit" : ""};
  if (!usage_) return tokens;
  tokens.push_back(std::to_string(microseconds(usage_->ru_utime)));
  tokens.push_back(std::to_string(microseconds(usage_->ru_stime)));
  tokens.push_back(std::to_string(usage_->ru_maxrss));
  tokens.push_back(std::to_string(lived_us_));
  return tokens;
}

bool EnterSupervisor::is_over() const {
  return !joiner_.pidfd && !command_.pidfd && (!handshake_.open() || relay_.is_drained());
}

void EnterSupervisor::turn() {
  pollfd polled[] = {
      {report_.get(), POLLIN, 0},   {joiner_.pidfd.get(), POLLIN, 0}, {command_.pidfd.get(), POLLIN, 0},
      {handshake_.fd(), POLLIN, 0}, relay_.polled_stream(),           relay_.polled_terminal(),
  };
  if (poll(polled, std::size(polled), relay_.can_read_on() ? 0 : -1) < 0) return;
  if (polled[0].revents) on_report();
  if (polled[1].revents) on_joiner_exit();
  if (polled[2].revents) on_command_exit();
  if (polled[3].revents) on_node();
  relay_.move(polled[4].revents, polled[5].revents != 0);
}

void EnterSupervisor::on_report() {
  while (report_ && read_report()) {
  }
  meet_command();
  if (!report_) settle_start();
}

// False when there is nothing more yet. The report has ended when the command runs, or nothing more can come.
// From the command's birth on a tracer in the container may write whatever it likes.
bool EnterSupervisor::read_report() {
  char chunk[4096];
  ssize_t got = read(report_.get(), chunk, sizeof chunk);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got > 0) reported_.append(chunk, static_cast<size_t>(got));
  bool over = got <= 0;
  Frame frame;
  while (!over) {
    FrameStatus status = decode_frame(reported_, frame);
    if (status == FrameStatus::incomplete) break;
    over = status == FrameStatus::garbage || !on_message(frame);
    if (!over) reported_.erase(0, frame.bytes);
  }
  if (over) report_.reset();
  return true;
}

// False when nothing may follow.
bool EnterSupervisor::on_message(const Frame& frame) {
  Message message = static_cast<Message>(frame.number);
  if (message == Message::failed && frame.tokens.size() == 5) on_failure(frame);
  if (stage_ == Message::execing || message != stage_after(stage_) || frame.tokens.size() != 1) return false;
  stage_ = message;
  handshake_.forward(reported_.substr(0, frame.bytes));
  return true;
}

void EnterSupervisor::on_failure(const Frame& frame) {
  failed_ = true;
  send_signal(SIGKILL);
  const Tokens& tokens = frame.tokens;
  const bool unborn = tokens[0] == message_name(Message::namespacesCreated);
  // A PID namespace whose init is ending lets nobody be born, for want of memory as it says.
  if (unborn && tokens[2] == std::to_string(ENOMEM) && is_ending(proc_.get(), init_.get())) {
    return handshake_.failed(Message::namespacesCreated, Error{ESRCH, std::string(tokens[3])});
  }
  handshake_.forward(reported_.substr(0, frame.bytes));
}

void EnterSupervisor::on_joiner_exit() {
  on_report();
  take_exit_status(proc_.get(), joiner_.pid, joiner_.pidfd.get());
  joiner_.pidfd.reset();
  if (command_.pid == 0) fail(early_end());
}

// Of what was killed on its way in: with the container, or by somebody.
Error EnterSupervisor::early_end() const {
  return Error{is_ending(proc_.get(), init_.get()) ? ESRCH : ECHILD, "waitid"};
}

// As soon as it is born.
void EnterSupervisor::meet_command() {
  if (command_.pid != 0 || *birth_ == 0) return;
  command_.pid = *birth_;
  born_us_ = monotonic_us();
  // Reaped by nobody but us, so the number is still the command's.
  command_.pidfd = open_pidfd(command_.pid);
  if (!command_.pidfd) {
    fail(last_error("pidfd_open"));
    kill(command_.pid, SIGKILL);
    return;
  }
  if (Status taken = take_over_terminal(); !taken) fail(taken.error());
  if (failed_ || !handshake_.open()) send_signal(SIGKILL);
}

Status EnterSupervisor::take_over_terminal() {
  if (!link_) return Done{};
  Result<ReportPacket> packet = receive_report(link_.get());
  link_.reset();
  if (!packet) return packet.error();
  if (packet->descriptors.size() != 1) return Error{EPROTO, "recvmsg"};
  return relay_.start(std::move(packet->descriptors));
}

// Once the command is known and will tell nothing more: it runs, or will never do.
void EnterSupervisor::settle_start() {
  if (!command_.pidfd || running_ || failed_) return;
  Result<ProcessState> own = read_state(proc_.get(), getpid());
  Result<ProcessState> command = read_state(proc_.get(), command_.pid);
  if (!own || !command) return fail((own ? command : own).error());
  // The report also closes when the command is killed.
  if (stage_ != Message::execing || !command->has_execed) return fail(early_end());
  running_ = true;
  handshake_.send(Message::running, {monotonic_ns(), std::to_string(getpid()), own->start_time,
                                     std::to_string(command_.pid), command->start_time});
}

void EnterSupervisor::on_command_exit() {
  on_report();
  // A tracer may hold the other end open.
  report_.reset();
  settle_start();
  // The last moment at which the group's number can't be another's: the command is not reaped yet.
  if (!handshake_.open()) send_signal(SIGKILL);
  lived_us_ = monotonic_us() - born_us_;
  status_ = take_exit_status(proc_.get(), command_.pid, command_.pidfd.get(), &usage_);
  if (status_.signaled && status_.number == SIGKILL)
    status_.by_oom_killer = witness_.has_seen_kill(command_.pid, killed_);
  command_.pidfd.reset();
  relay_.look_again();
}

// Node's messages; its end, or garbage, ends the command.
void EnterSupervisor::on_node() {
  char chunk[4096];
  ssize_t got = recv(handshake_.fd(), chunk, sizeof chunk, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  bool over = got <= 0;
  if (!over) in_.append(chunk, static_cast<size_t>(got));
  Frame frame;
  while (!over) {
    FrameStatus status = decode_frame(in_, frame);
    if (status == FrameStatus::incomplete) return;
    over = status == FrameStatus::garbage;
    if (over) break;
    on_node_message(frame);
    in_.erase(0, frame.bytes);
  }
  handshake_.close();
  send_signal(SIGKILL);
}

void EnterSupervisor::on_node_message(const Frame& frame) {
  const Tokens& tokens = frame.tokens;
  Message message = static_cast<Message>(frame.number);
  if (message == Message::signal && tokens.size() == 1) {
    std::optional<uint64_t> number = parse_number(tokens[0], SIGRTMAX);
    if (number && *number != 0) send_signal(static_cast<int>(*number));
  }
  if (message == Message::resize && tokens.size() == 2) {
    std::optional<uint64_t> rows = parse_number(tokens[0], USHRT_MAX);
    std::optional<uint64_t> columns = parse_number(tokens[1], USHRT_MAX);
    if (!rows || !columns) return;
    [[maybe_unused]] Status resized =
        relay_.resize(static_cast<unsigned short>(*rows), static_cast<unsigned short>(*columns));
  }
}

void EnterSupervisor::fail(const Error& error) {
  if (!failed_ && !running_) handshake_.failed(stage_after(stage_), error);
  failed_ = true;
  send_signal(SIGKILL);
}

// The command leads a session, so its group has its number; before setsid() it is alone. A joiner is only
// ever killed: it has no group of the command's to pass a signal on to.
void EnterSupervisor::send_signal(int signal) {
  killed_ |= signal == SIGKILL;
  if (command_.pidfd) {
    if (kill(-command_.pid, signal) != 0) sys_pidfd_send_signal(command_.pidfd.get(), signal);
  } else if (joiner_.pidfd && signal == SIGKILL) {
    sys_pidfd_send_signal(joiner_.pidfd.get(), SIGKILL);
  }
}

}  // namespace virtainer
