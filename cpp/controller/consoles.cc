#include "controller/consoles.h"

#include <fcntl.h>
#include <sys/epoll.h>

#include <algorithm>

namespace virtainer {

namespace {

constexpr size_t kChunkBytes = 16 * 1024;
constexpr size_t kTurnBytes = 64 * 1024;

}  // namespace

Status Consoles::create() {
  events_.reset(epoll_create1(EPOLL_CLOEXEC));
  if (!events_) return last_error("epoll_create1");
  return Done{};
}

Status Consoles::replace(std::vector<unique_fd> masters) {
  if (consoles_.size() < masters.size()) consoles_.resize(masters.size());
  for (size_t i = 0; i < masters.size(); i++) {
    Console& console = consoles_[i];
    console.master = std::move(masters[i]);
    console.input.clear();
    console.readable = console.writable = true;
    int flags = fcntl(console.master.get(), F_GETFL);
    if (fcntl(console.master.get(), F_SETFL, flags | O_NONBLOCK) != 0) return last_error("fcntl");
    epoll_event event = {};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = i;
    if (epoll_ctl(events_.get(), EPOLL_CTL_ADD, console.master.get(), &event) != 0)
      return last_error("epoll_ctl");
  }
  return Done{};
}

void Consoles::note_events() {
  epoll_event events[16];
  int count = epoll_wait(events_.get(), events, 16, 0);
  for (int i = 0; i < count; i++) {
    Console& console = consoles_[events[i].data.u64];
    if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) console.readable = true;
    if (events[i].events & EPOLLOUT) console.writable = true;
  }
}

void Consoles::read_output(size_t index, size_t room) {
  Console& console = consoles_[index];
  char chunk[kChunkBytes];
  room = std::min(room, kTurnBytes);
  while (console.readable && room > 0) {
    ssize_t got = read(console.master.get(), chunk, std::min(room, sizeof chunk));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {  // EAGAIN, or EIO while nobody has the terminal open
      console.readable = false;
      return;
    }
    std::string_view bytes(chunk, static_cast<size_t>(got));
    console.output.append(bytes);
    if (index == 0) log_.append(bytes);
    room -= static_cast<size_t>(got);
  }
}

void Consoles::look_again() {
  for (Console& console : consoles_) console.readable = true;
}

bool Consoles::readable() const {
  return std::any_of(consoles_.begin(), consoles_.end(),
                     [](const Console& console) { return console.readable; });
}

void Consoles::write_input(size_t index) {
  Console& console = consoles_[index];
  while (console.writable && !console.input.empty()) {
    ssize_t written =
        write(console.master.get(), console.input.data(), std::min(console.input.size(), kChunkBytes));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      console.writable = false;
      if (written < 0 && errno != EAGAIN) console.input.clear();
      return;
    }
    console.input.erase(0, static_cast<size_t>(written));
  }
}

}  // namespace virtainer
