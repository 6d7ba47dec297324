// One connection to the control socket: what it has sent, what waits for it, and the console it watches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol.h"
#include "common/tokens.h"
#include "common/unique_fd.h"
#include "controller/ring.h"

namespace virtainer {

class Client {
 public:
  // A client that takes nothing for so long may lose console output.
  static constexpr uint64_t kPatienceMs = 1000;

  explicit Client(unique_fd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  bool open() const { return static_cast<bool>(socket_); }
  void close() { socket_.reset(); }

  void queue(Message message, const std::vector<std::string>& tokens);

  // Reads what there is, up to one message of the largest size.
  void receive();
  // The first whole message; garbage closes the connection, and so does its end once nothing is left. Valid
  // until drop_message().
  bool next_message(Frame& frame);
  void drop_message(const Frame& frame);
  // A whole message has come that next_message() has given, but nobody could handle yet.
  bool has_message() const;
  bool wants_input() const;
  // Whoever was at the other end has gone, though messages of theirs may still wait here.
  bool is_deserted() const;

  void attach(size_t console, const Ring& ring);
  bool watches(size_t console) const { return attached_ && !output_ended_ && console_ == console; }
  bool attached() const { return attached_; }
  size_t console() const { return console_; }
  uint64_t position() const { return position_; }
  bool is_behind(const Ring& ring) const { return position_ < ring.end() || !out_.empty(); }
  bool has_output() const { return !out_.empty(); }

  // Takes from the ring what fits, and sends until the socket is full.
  void pump(const Ring* ring, uint64_t now_ms);
  // After everything else: this message, and the end of the connection.
  void finish(Message message, const std::vector<std::string>& tokens);
  // 0 while bytes flow; otherwise since when none have.
  uint64_t stalled_since() const { return stalled_since_; }
  bool is_lagging(uint64_t now_ms) const {
    return stalled_since_ != 0 && now_ms - stalled_since_ >= kPatienceMs;
  }

 private:
  void fill(const Ring& ring);
  bool send_some(uint64_t now_ms);
  void end();
  std::string_view waiting() const { return std::string_view(in_).substr(consumed_); }

  unique_fd socket_;
  std::string in_;
  size_t consumed_ = 0;  // of in_
  bool input_ended_ = false;
  bool output_ended_ = false;
  std::string out_;
  bool attached_ = false;
  size_t console_ = 0;
  uint64_t position_ = 0;
  uint64_t stalled_since_ = 0;
  std::string last_message_;
  bool finishing_ = false;
};

}  // namespace virtainer
