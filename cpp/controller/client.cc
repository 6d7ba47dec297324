#include "controller/client.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace virtainer {

namespace {

constexpr size_t kChunkBytes = 32 * 1024;
constexpr size_t kMaxQueued = 64 * 1024;
constexpr size_t kMaxReceived = kMaxMessageBytes + 4;

}  // namespace

void Client::queue(Message message, const std::vector<std::string>& tokens) {
  if (!output_ended_) out_ += encode_message(static_cast<uint16_t>(message), tokens);
}

// A client that does not read its answers is not listened to.
bool Client::wants_input() const {
  return open() && !input_ended_ && waiting().size() < kMaxReceived && out_.size() <= 2 * kMaxQueued;
}

void Client::receive() {
  in_.erase(0, std::exchange(consumed_, 0));
  char chunk[kChunkBytes];
  while (wants_input()) {
    ssize_t got = recv(socket_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      input_ended_ = true;  // what has come before is still handled
      return;
    }
    in_.append(chunk, static_cast<size_t>(got));
    if (static_cast<size_t>(got) < sizeof chunk) return;
  }
}

bool Client::next_message(Frame& frame) {
  if (!open()) return false;
  FrameStatus status = decode_frame(waiting(), frame);
  if (status == FrameStatus::garbage) close();
  if (status == FrameStatus::incomplete && input_ended_) end();
  return status == FrameStatus::complete;
}

void Client::drop_message(const Frame& frame) {
  consumed_ += frame.bytes;
  if (consumed_ < in_.size()) return;
  in_.clear();
  consumed_ = 0;
}

bool Client::has_message() const {
  Frame frame;
  return open() && decode_frame(waiting(), frame) == FrameStatus::complete;
}

bool Client::is_deserted() const {
  pollfd other_end = {socket_.get(), 0, 0};
  return input_ended_ || poll(&other_end, 1, 0) > 0;
}

// Everything is handled. The answers are sent as far as the socket takes them.
void Client::end() {
  send_some(0);
  close();
}

void Client::attach(size_t console, const Ring& ring) {
  attached_ = true;
  console_ = console;
  position_ = ring.begin();
}

void Client::fill(const Ring& ring) {
  if (out_.size() >= kMaxQueued) return;
  if (position_ < ring.begin()) {
    queue(Message::consoleGap, {std::to_string(ring.begin() - position_)});
    position_ = ring.begin();
  }
  while (out_.size() < kMaxQueued && position_ < ring.end()) {
    std::string_view bytes = ring.read(position_, kChunkBytes);
    queue(Message::consoleOutput, {std::string(bytes)});
    position_ += bytes.size();
  }
}

bool Client::send_some(uint64_t now_ms) {
  size_t sent = 0;
  while (open() && sent < out_.size()) {
    ssize_t n = send(socket_.get(), out_.data() + sent, out_.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) output_ended_ = true;  // what it has sent before is still handled
    if (n < 0) break;
    sent += static_cast<size_t>(n);
  }
  out_.erase(0, output_ended_ ? std::string::npos : sent);
  if (out_.empty()) {
    stalled_since_ = 0;
  } else if (sent > 0 || stalled_since_ == 0) {
    stalled_since_ = now_ms;
  }
  return out_.empty() && !output_ended_;
}

void Client::finish(Message message, const std::vector<std::string>& tokens) {
  if (finishing_) return;
  last_message_ = encode_message(static_cast<uint16_t>(message), tokens);
  finishing_ = true;
}

void Client::pump(const Ring* ring, uint64_t now_ms) {
  for (bool more = true; more && !output_ended_;) {
    if (ring != nullptr) fill(*ring);
    if (finishing_ && (ring == nullptr || position_ >= ring->end())) out_ += std::exchange(last_message_, {});
    if (finishing_ && out_.empty()) return close();
    more = !out_.empty() && send_some(now_ms) && (finishing_ || (ring != nullptr && position_ < ring->end()));
  }
  if (finishing_ && output_ended_) close();
}

}  // namespace virtainer
