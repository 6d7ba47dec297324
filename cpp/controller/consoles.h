// The container's consoles: masters of its terminals, their last output, and input that waits.
#pragma once

#include <string>
#include <vector>

#include "common/unique_fd.h"
#include "controller/console_log.h"
#include "controller/ring.h"

namespace virtainer {

struct Console {
  unique_fd master;
  Ring output;
  std::string input;
  bool readable = false;
  bool writable = false;
};

class Consoles {
 public:
  Status create();
  Status open_log(const std::string& path) { return log_.open(path); }

  // Becomes readable when a console does. Edge triggered: a terminal that nobody has open is "hung up" all
  // the time, and must not keep the loop awake.
  int fd() const { return events_.get(); }
  size_t size() const { return consoles_.size(); }
  Console& at(size_t index) { return consoles_[index]; }
  const Console& at(size_t index) const { return consoles_[index]; }

  // The terminals of a container that starts (again): what was shown and who watches stays.
  Status replace(std::vector<unique_fd> masters);
  void note_events();

  // Moves at most `room` bytes into the ring. Clears `readable` when there is nothing more.
  void read_output(size_t index, size_t room);
  // The container has ended: what it has written last may not have been announced.
  void look_again();
  bool readable() const;
  void write_input(size_t index);
  static constexpr size_t kMaxWaitingInput = 64 * 1024;

 private:
  unique_fd events_;
  std::vector<Console> consoles_;
  ConsoleLog log_;
};

}  // namespace virtainer
