#include "controller/enter_supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>

#include "controller/syscalls.h"

namespace virtainer {

void EnterSupervisor::run() {
  while (!is_over()) turn();
  relay_.end_stream();
  if (running_) handshake_.send(Message::exited, {status_.word(), std::to_string(status_.number)});
  handshake_.linger();
}

bool EnterSupervisor::is_over() const { return ended_ && (!handshake_.open() || relay_.is_drained()); }

void EnterSupervisor::turn() {
  pollfd polled[] = {
      {report_.get(), POLLIN, 0}, {child_.pidfd.get(), POLLIN, 0}, {handshake_.fd(), POLLIN, 0},
      relay_.polled_stream(),     relay_.polled_terminal(),
  };
  if (poll(polled, std::size(polled), relay_.can_read_on() ? 0 : -1) < 0) return;
  if (polled[0].revents) on_report();
  if (polled[1].revents) on_exit();
  if (polled[2].revents) on_node();
  relay_.move(polled[3].revents, polled[4].revents != 0);
}

void EnterSupervisor::on_report() {
  while (report_) {
    Result<ReportPacket> packet = receive_report(report_.get());
    if (!packet) return;  // nothing yet
    if (!packet->descriptors.empty()) {
      if (Status started = relay_.start(std::move(packet->descriptors)); !started) kill_command(SIGKILL);
    } else if (!packet->message.empty()) {
      on_message(packet->message);
    } else {
      report_.reset();
      if (execing_ && !failed_) on_exec();
    }
  }
}

void EnterSupervisor::on_message(const std::string& message) {
  Frame frame;
  if (decode_frame(message, frame) != FrameStatus::complete) return;
  execing_ = static_cast<Message>(frame.number) == Message::execing;
  failed_ = static_cast<Message>(frame.number) == Message::failed;
  handshake_.forward(message);
}

void EnterSupervisor::on_exec() {
  Result<std::string> own_start = start_time(proc_.get(), getpid());
  Result<std::string> command_start = start_time(proc_.get(), child_.pid);
  if (!own_start || !command_start) {
    failed_ = true;
    handshake_.failed(Message::running, (own_start ? command_start : own_start).error());
    return kill_command(SIGKILL);
  }
  running_ = true;
  handshake_.send(Message::running, {monotonic_ns(), std::to_string(getpid()), *own_start,
                                     std::to_string(child_.pid), *command_start});
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
  kill_command(SIGKILL);
}

void EnterSupervisor::on_node_message(const Frame& frame) {
  const Tokens& tokens = frame.tokens;
  Message message = static_cast<Message>(frame.number);
  if (message == Message::signal && tokens.size() == 1) {
    std::optional<uint64_t> number = parse_number(tokens[0], SIGRTMAX);
    if (number && *number != 0) kill_command(static_cast<int>(*number));
  }
  if (message == Message::resize && tokens.size() == 2) {
    std::optional<uint64_t> rows = parse_number(tokens[0], USHRT_MAX);
    std::optional<uint64_t> columns = parse_number(tokens[1], USHRT_MAX);
    if (!rows || !columns) return;
    [[maybe_unused]] Status resized =
        relay_.resize(static_cast<unsigned short>(*rows), static_cast<unsigned short>(*columns));
  }
}

void EnterSupervisor::on_exit() {
  on_report();
  siginfo_t info = {};
  // The last moment at which the group's number can't be another's: the command is not reaped yet.
  if (!handshake_.open()) kill_command(SIGKILL);
  if (waitid(P_PIDFD, static_cast<id_t>(child_.pidfd.get()), &info, WEXITED) == 0) {
    status_ = {info.si_code != CLD_EXITED, info.si_status};
  }
  child_.pidfd.reset();
  relay_.look_again();
  ended_ = true;
  if (!running_ && !failed_) {
    handshake_.failed(execing_ ? Message::running : Message::execing, Error{ECHILD, "waitid"});
  }
}

// The command leads a session, so its group has its number; before setsid() it is alone.
void EnterSupervisor::kill_command(int signal) {
  if (!child_.pidfd) return;
  if (kill(-child_.pid, signal) != 0) sys_pidfd_send_signal(child_.pidfd.get(), signal);
}

}  // namespace virtainer
