// The control socket and its clients. A client can harm nobody but itself.
#pragma once

#include <poll.h>

#include <functional>
#include <vector>

#include "common/result.h"
#include "controller/client.h"
#include "controller/consoles.h"

namespace virtainer {

class ControlServer {
 public:
  // False: the message can't be handled now and is offered again later.
  using Handler = std::function<bool(Client&, const Frame&)>;

  // Binds `control` in the state directory and listens; clients are accepted from accept() on.
  Status listen(int state_directory);
  void stop_listening() { listener_.reset(); }

  void add_polled(std::vector<pollfd>& polled, bool accepting) const;
  // `polled` is what add_polled has added.
  void serve(const pollfd* polled, bool accepting, const Handler& handle);

  void broadcast(Message message, const std::vector<std::string>& tokens);
  void pump(Consoles& consoles, uint64_t now_ms);
  // A message that had to wait can be handled now.
  bool has_input_for(const Consoles& consoles) const;

  // How many bytes of a console may be read without taking any from a watcher that keeps up.
  size_t room(size_t console, const Ring& ring, uint64_t now_ms) const;
  // When the next watcher loses its patience bonus, in milliseconds from now; -1: none waits.
  int next_deadline_ms(uint64_t now_ms) const;

  // The last message: sent once everything else is, and followed by the end of the connection.
  void finish(Message message, const std::vector<std::string>& tokens);
  void close_lagging(uint64_t now_ms);
  bool empty() const { return clients_.empty(); }

 private:
  void accept_clients();
  void drop_deserted();
  void receive(Client& client, const Handler& handle);

  unique_fd listener_;
  std::vector<Client> clients_;
};

}  // namespace virtainer
