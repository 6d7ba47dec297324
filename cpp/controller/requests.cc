// What clients of the control socket ask for.
#include <signal.h>

#include <cerrno>
#include <climits>

#include "controller/supervisor.h"
#include "controller/terminals.h"

namespace virtainer {

namespace {

// 0 stands for SIGKILL.
std::optional<int> signal_of(std::string_view token) {
  std::optional<uint64_t> number = parse_number(token, SIGRTMAX);
  if (!number) return std::nullopt;
  return *number == 0 ? SIGKILL : static_cast<int>(*number);
}

}  // namespace

bool Supervisor::on_request(Client& client, const Frame& frame) {
  switch (static_cast<Message>(frame.number)) {
    case Message::query:
      on_query(client);
      return true;
    case Message::stop:
      on_stop(client, frame);
      return true;
    case Message::reboot:
      on_reboot(client, frame);
      return true;
    case Message::attachConsole:
    case Message::consoleInput:
    case Message::consoleResize:
      return on_console_request(client, frame);
    default:
      return true;  // of a later version
  }
}

void Supervisor::on_query(Client& client) {
  bool stopping = !reason_.empty() || !is_alive();
  client.queue(Message::state,
               {stopping ? "stopping" : "running", std::to_string(init_.pid), init_.start_time});
}

void Supervisor::on_stop(Client& client, const Frame& frame) {
  std::string reason(frame.tokens.empty() ? std::string_view() : frame.tokens[0]);
  std::optional<int> signal = frame.tokens.size() == 2 ? signal_of(frame.tokens[1]) : std::nullopt;
  if (!signal || (reason != "shutdown" && reason != "destroyed")) {
    return refuse(client, frame, EINVAL, "stop needs a reason and a signal");
  }
  if (!is_alive()) return refuse(client, frame, ESRCH, "the container has ended");
  log_.write("stop requested: " + reason + ", signal " + std::to_string(*signal));
  if (reason_ != "destroyed") reason_ = reason;
  accept(client, frame);
  // What will become init takes no other signal yet.
  kill_init(phase_ == Phase::starting ? SIGKILL : *signal);
}

void Supervisor::on_reboot(Client& client, const Frame& frame) {
  std::optional<int> signal = frame.tokens.size() == 1 ? signal_of(frame.tokens[0]) : std::nullopt;
  if (!signal) return refuse(client, frame, EINVAL, "reboot needs a signal");
  if (!is_alive()) return refuse(client, frame, ESRCH, "the container has ended");
  if (!reason_.empty()) return refuse(client, frame, EBUSY, "the container is stopping");
  log_.write("reboot requested, signal " + std::to_string(*signal));
  accept(client, frame);
  if (phase_ != Phase::running) return;  // it is rebooting
  reboot_requested_ = true;
  kill_init(*signal);
}

bool Supervisor::on_console_request(Client& client, const Frame& frame) {
  Message message = static_cast<Message>(frame.number);
  if (message == Message::attachConsole) {
    std::optional<uint64_t> index =
        frame.tokens.size() == 1 ? parse_number(frame.tokens[0], INT_MAX) : std::nullopt;
    if (!index || *index >= consoles_.size()) {
      refuse(client, frame, ENODEV, "no such console");
      return true;
    }
    client.attach(*index, consoles_.at(*index).output);
    return true;
  }
  if (!client.attached()) {
    refuse(client, frame, EINVAL, "no console attached");
    return true;
  }
  Console& console = consoles_.at(client.console());
  if (message == Message::consoleInput) {
    if (frame.tokens.size() != 1) return true;
    if (console.input.size() >= Consoles::kMaxWaitingInput) return false;
    console.input += frame.tokens[0];
    return true;
  }
  std::optional<uint64_t> rows =
      frame.tokens.size() == 2 ? parse_number(frame.tokens[0], USHRT_MAX) : std::nullopt;
  std::optional<uint64_t> columns = rows ? parse_number(frame.tokens[1], USHRT_MAX) : std::nullopt;
  if (!columns) return true;
  Status resized = set_window_size(console.master.get(), static_cast<unsigned short>(*rows),
                                   static_cast<unsigned short>(*columns));
  if (!resized) log_.write("cannot resize console " + std::to_string(client.console()));
  return true;
}

void Supervisor::refuse(Client& client, const Frame& frame, int code, const char* text) {
  client.queue(Message::refused, {std::to_string(frame.number), std::to_string(code), text});
}

void Supervisor::accept(Client& client, const Frame& frame) {
  client.queue(Message::accepted, {std::to_string(frame.number)});
}

}  // namespace virtainer
