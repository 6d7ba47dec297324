#include "controller/control_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace virtainer {

namespace {

constexpr size_t kMaxClients = 64;
constexpr int kBacklog = 64;

bool is_our_own(int socket) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

}  // namespace

Status ControlServer::listen(int state_directory) {
  unique_fd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener) return last_error("socket", "control");
  if (unlinkat(state_directory, "control", 0) != 0 && errno != ENOENT)
    return last_error("unlinkat", "control");
  // The directory's path may be longer than an address can be.
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control", state_directory);
  mode_t saved = umask(0177);
  int bound = bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  umask(saved);
  if (bound != 0) return last_error("bind", "control");
  if (::listen(listener.get(), kBacklog) != 0) return last_error("listen", "control");
  listener_ = std::move(listener);
  return Done{};
}

void ControlServer::add_polled(std::vector<pollfd>& polled, bool accepting) const {
  polled.push_back({accepting ? listener_.get() : -1, POLLIN, 0});
  for (const Client& client : clients_) {
    int events = (client.wants_input() ? POLLIN : 0) | (client.has_output() ? POLLOUT : 0);
    // Nothing of a client is wanted while its console is full: its end would keep the loop awake.
    polled.push_back({events != 0 ? client.fd() : -1, static_cast<short>(events), 0});
  }
}

void ControlServer::serve(const pollfd* polled, bool accepting, const Handler& handle) {
  for (size_t i = 0; i < clients_.size(); i++) {
    if (polled[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) clients_[i].receive();
    receive(clients_[i], handle);
  }
  std::erase_if(clients_, [](const Client& client) { return !client.open(); });
  if (accepting && (polled[0].revents & POLLIN)) accept_clients();
}

// Messages wait in the client's buffer while the console's input is full.
void ControlServer::receive(Client& client, const Handler& handle) {
  Frame frame;
  while (client.next_message(frame) && handle(client, frame)) client.drop_message(frame);
}

void ControlServer::accept_clients() {
  while (true) {
    unique_fd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    if (!is_our_own(socket.get())) continue;
    if (clients_.size() >= kMaxClients) drop_deserted();
    if (clients_.size() >= kMaxClients) continue;
    clients_.emplace_back(std::move(socket));
    clients_.back().queue(Message::hello, {std::to_string(kProtocolVersion)});
  }
}

// Input that nobody reads must not occupy a place for ever after its sender has gone.
void ControlServer::drop_deserted() {
  auto deserted = std::find_if(clients_.begin(), clients_.end(),
                               [](const Client& client) { return client.is_deserted(); });
  if (deserted != clients_.end()) clients_.erase(deserted);
}

bool ControlServer::has_input_for(const Consoles& consoles) const {
  return std::any_of(clients_.begin(), clients_.end(), [&](const Client& client) {
    return client.attached() && consoles.at(client.console()).input.size() < Consoles::kMaxWaitingInput &&
           client.has_message();
  });
}

void ControlServer::broadcast(Message message, const std::vector<std::string>& tokens) {
  for (Client& client : clients_) client.queue(message, tokens);
}

void ControlServer::pump(Consoles& consoles, uint64_t now_ms) {
  for (Client& client : clients_) {
    client.pump(client.attached() ? &consoles.at(client.console()).output : nullptr, now_ms);
  }
  std::erase_if(clients_, [](const Client& client) { return !client.open(); });
}

size_t ControlServer::room(size_t console, const Ring& ring, uint64_t now_ms) const {
  uint64_t kept_from = ring.end();
  for (const Client& client : clients_) {
    if (client.watches(console) && !client.is_lagging(now_ms))
      kept_from = std::min(kept_from, client.position());
  }
  uint64_t held = ring.end() - kept_from;
  return held >= Ring::kBytes ? 0 : static_cast<size_t>(Ring::kBytes - held);
}

int ControlServer::next_deadline_ms(uint64_t now_ms) const {
  int deadline = -1;
  for (const Client& client : clients_) {
    if (client.stalled_since() == 0 || client.is_lagging(now_ms)) continue;
    int rest = static_cast<int>(client.stalled_since() + Client::kPatienceMs - now_ms);
    if (deadline < 0 || rest < deadline) deadline = rest;
  }
  return deadline;
}

void ControlServer::finish(Message message, const std::vector<std::string>& tokens) {
  for (Client& client : clients_) client.finish(message, tokens);
}

void ControlServer::close_lagging(uint64_t now_ms) {
  std::erase_if(clients_, [&](const Client& client) { return client.is_lagging(now_ms); });
}

}  // namespace virtainer
