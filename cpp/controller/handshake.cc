#include "controller/handshake.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <cstring>

#include "common/tokens.h"
#include "controller/records.h"

namespace virtainer {

namespace {

constexpr size_t kMaxPathBytes = 4096;
constexpr size_t kMaxPacketBytes = 16 * 1024;
constexpr size_t kMaxDescriptors = 64;
constexpr int kPatienceMs = 1000;
constexpr uint64_t kLingerMs = 10'000;

uint16_t number(Message message) { return static_cast<uint16_t>(message); }

}  // namespace

std::string monotonic_ns() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec));
}

std::string encode_failure(Message stage, const Error& error) {
  return encode_message(number(Message::failed),
                        {message_name(stage), std::to_string(error.step), std::to_string(error.code),
                         error.syscall, error.path.substr(0, kMaxPathBytes)});
}

void Handshake::send(Message message, const std::vector<std::string>& tokens) {
  forward(encode_message(number(message), tokens));
}

void Handshake::forward(const std::string& message) {
  size_t sent = 0;
  while (socket_ && sent < message.size()) {
    ssize_t n =
        ::send(socket_.get(), message.data() + sent, message.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) {
      sent += static_cast<size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    // A Node that does not read for so long is as good as dead; the messages are few and small.
    pollfd writable = {socket_.get(), POLLOUT, 0};
    if (n < 0 && errno == EAGAIN && poll(&writable, 1, kPatienceMs) > 0 && writable.revents == POLLOUT)
      continue;
    socket_.reset();
  }
}

void Handshake::linger() {
  if (!socket_) return;
  shutdown(socket_.get(), SHUT_WR);
  char ignored[256];
  uint64_t deadline = monotonic_ms() + kLingerMs;
  for (uint64_t now = 0; (now = monotonic_ms()) < deadline;) {
    ssize_t got = recv(socket_.get(), ignored, sizeof ignored, MSG_DONTWAIT);
    pollfd readable = {socket_.get(), POLLIN, 0};
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) break;
    if (got < 0 && poll(&readable, 1, static_cast<int>(deadline - now)) < 0 && errno != EINTR) break;
  }
  socket_.reset();
}

void ChildReport::send(const std::string& message) {
  if (::send(socket_, message.data(), message.size(), MSG_NOSIGNAL) < 0) _exit(1);
}

void ChildReport::stage(Message stage, const Status& outcome) {
  if (!outcome) failed(stage, outcome.error());
  send(encode_message(number(stage), {monotonic_ns()}));
}

void ChildReport::failed(Message stage, const Error& error) {
  send(encode_failure(stage, error));
  _exit(1);
}

Status ChildReport::send_descriptors(const std::vector<int>& fds) {
  char mark = 0;
  iovec data = {&mark, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxDescriptors)] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (fds.size() > kMaxDescriptors) return Error{E2BIG, "sendmsg"};
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
  }
  if (sendmsg(socket_, &message, MSG_NOSIGNAL) < 0) return last_error("sendmsg");
  return Done{};
}

Result<ReportPacket> receive_report(int socket) {
  ReportPacket packet;
  packet.message.resize(kMaxPacketBytes);
  iovec data = {packet.message.data(), packet.message.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxDescriptors)] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return last_error("recvmsg");
  packet.message.resize(static_cast<size_t>(got));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd = -1;
      memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      packet.descriptors.emplace_back(fd);
    }
  }
  // Descriptors beyond our limit are dropped by the kernel, which says no more than this.
  if (message.msg_flags & MSG_CTRUNC) return Error{EMFILE, "recvmsg"};
  if (message.msg_flags & MSG_TRUNC) return Error{EMSGSIZE, "recvmsg"};
  return packet;
}

unique_fd await_packet(int socket) {
  while (true) {
    pollfd readable = {socket, POLLIN, 0};
    if (poll(&readable, 1, -1) < 0) continue;
    Result<ReportPacket> packet = receive_report(socket);
    if (!packet && is_nothing_yet(packet.error())) continue;
    if (!packet || packet->message.empty()) _exit(1);
    return packet->descriptors.empty() ? unique_fd() : std::move(packet->descriptors.front());
  }
}

Result<ReportSockets> make_report_sockets() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return last_error("socketpair");
  return ReportSockets{unique_fd(ends[0]), unique_fd(ends[1])};
}

}  // namespace virtainer
