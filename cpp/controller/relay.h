// Carries a terminal's bytes between its master and a stream socket, losing nothing: a slow reader slows the
// command down.
#pragma once

#include <poll.h>

#include "controller/consoles.h"

namespace virtainer {

class Relay {
 public:
  explicit Relay(unique_fd stream) : stream_(std::move(stream)) {}

  bool open() const { return consoles_.size() > 0; }
  Status start(std::vector<unique_fd> master);
  Status resize(unsigned short rows, unsigned short columns);

  pollfd polled_stream() const;
  pollfd polled_terminal() const { return {consoles_.fd(), POLLIN, 0}; }
  bool can_read_on() const;
  // Moves what can be moved, both ways.
  void move(short stream_events, bool terminal_ready);
  // The command has ended: what it has written last may not have been announced.
  void look_again() { consoles_.look_again(); }
  // After the command's end: whether everything has been passed on.
  bool is_drained() const;
  void end_stream();

 private:
  size_t room() const { return Ring::kBytes - static_cast<size_t>(output().end() - position_); }
  const Ring& output() const { return consoles_.at(0).output; }
  void receive_input();
  void send_output();

  unique_fd stream_;
  Consoles consoles_;
  uint64_t position_ = 0;
  bool input_ended_ = false;
  bool output_ended_ = false;
};

}  // namespace virtainer
