// What is told to Node while a container starts, and the same messages from the container's child to its
// supervisor: the supervisor passes them on as they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/protocol.h"
#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

std::string monotonic_ns();

// A `failed` message: `stage` is the one that could not be reached.
std::string encode_failure(Message stage, const Error& error);

// The handshake socket. Sending never blocks and never fails: Node may be gone, the start goes on.
class Handshake {
 public:
  explicit Handshake(unique_fd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  void send(Message message, const std::vector<std::string>& tokens);
  void reached(Message stage) { send(stage, {monotonic_ns()}); }
  void failed(Message stage, const Error& error) { forward(encode_failure(stage, error)); }
  void forward(const std::string& message);
  void close() { socket_.reset(); }
  bool open() const { return static_cast<bool>(socket_); }
  // Tells Node that nothing more comes, and stays until it has closed its end, or ten seconds for a Node that
  // is stopped. Otherwise something that Node writes at that moment would fail there, and what it has not
  // read yet would be lost with it.
  void linger();

 private:
  unique_fd socket_;
};

// The child's end of the report socket (SOCK_SEQPACKET, close-on-exec).
class ChildReport {
 public:
  explicit ChildReport(int socket) : socket_(socket) {}

  int fd() const { return socket_; }
  // Tells that the stage is reached, or why not, and ends the process then.
  void stage(Message stage, const Status& outcome);
  [[noreturn]] void failed(Message stage, const Error& error);
  // A packet of descriptors, or of none.
  Status send_descriptors(const std::vector<int>& fds);

 private:
  void send(const std::string& message);
  int socket_;
};

struct ReportPacket {
  std::string message;  // empty: the socket has closed
  std::vector<unique_fd> descriptors;
};

// The next packet of a child; an error of EAGAIN or EINTR when there is none yet. Any other one is for good,
// and a packet may be lost.
Result<ReportPacket> receive_report(int socket);

// Waits for a packet, and gives its first descriptor if it has one. Ends the process when the socket closes.
unique_fd await_packet(int socket);

inline bool is_nothing_yet(const Error& error) { return error.code == EAGAIN || error.code == EINTR; }

struct ReportSockets {
  unique_fd supervisor;
  unique_fd child;
};
Result<ReportSockets> make_report_sockets();

}  // namespace virtainer
