#include "controller/relay.h"

#include <sys/socket.h>

#include <cerrno>

#include "controller/terminals.h"

namespace virtainer {

namespace {

constexpr size_t kChunkBytes = 32 * 1024;

}  // namespace

Status Relay::start(std::vector<unique_fd> master) {
  VT_TRY(consoles_.create());
  return consoles_.replace(std::move(master));
}

Status Relay::resize(unsigned short rows, unsigned short columns) {
  if (!open()) return Done{};
  return set_window_size(consoles_.at(0).master.get(), rows, columns);
}

pollfd Relay::polled_stream() const {
  if (!open() || (input_ended_ && output_ended_)) return {-1, 0, 0};
  bool reads = !input_ended_ && consoles_.at(0).input.size() < Consoles::kMaxWaitingInput;
  bool writes = !output_ended_ && position_ < output().end();
  return {reads || writes ? stream_.get() : -1,
          static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
}

bool Relay::can_read_on() const { return open() && consoles_.at(0).readable && room() > 0; }

void Relay::move(short stream_events, bool terminal_ready) {
  if (!open()) return;
  if (terminal_ready) consoles_.note_events();
  if (stream_events & (POLLIN | POLLHUP | POLLERR)) receive_input();
  consoles_.write_input(0);
  consoles_.read_output(0, room());
  send_output();
}

void Relay::receive_input() {
  std::string& input = consoles_.at(0).input;
  char chunk[kChunkBytes];
  while (!input_ended_ && input.size() < Consoles::kMaxWaitingInput) {
    ssize_t got = recv(stream_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      input_ended_ = true;
      return;
    }
    input.append(chunk, static_cast<size_t>(got));
  }
}

void Relay::send_output() {
  while (position_ < output().end()) {
    std::string_view bytes = output().read(position_, kChunkBytes);
    ssize_t sent = output_ended_
                       ? static_cast<ssize_t>(bytes.size())
                       : send(stream_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    // Nobody listens any more: the command goes on, its output goes nowhere.
    if (sent < 0) output_ended_ = true;
    if (sent > 0) position_ += static_cast<uint64_t>(sent);
  }
}

bool Relay::is_drained() const { return !open() || (!consoles_.readable() && position_ == output().end()); }

void Relay::end_stream() {
  if (stream_) shutdown(stream_.get(), SHUT_WR);
}

}  // namespace virtainer
