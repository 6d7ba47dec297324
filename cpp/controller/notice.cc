#include "controller/notice.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "controller/records.h"

namespace virtainer {

uint64_t Rate::left(uint64_t now_ms) {
  if (left_ == burst_) filled_ms_ = now_ms;
  while (left_ < burst_ && now_ms - filled_ms_ >= interval_ms_) {
    left_++;
    filled_ms_ += interval_ms_;
  }
  return left_;
}

bool Rate::take(uint64_t now_ms) {
  if (left(now_ms) == 0) return false;
  left_--;
  return true;
}

Status Notice::open() {
  if (!plan_->key.empty()) {
    Status counted = counter_.open(plan_->file, plan_->key);
    if (!counted) return std::move(counted.error()).at(plan_->step);
    seen_ = counter_.read();
  }
  if (plan_->how == WatchPlan::How::modified) return Done{};
  Status opened = plan_->how == WatchPlan::How::eventfd ? open_eventfd() : open_trigger();
  if (!opened) return std::move(opened.error()).at(plan_->step);
  return Done{};
}

// Of version 1: the group's cgroup.event_control takes "EVENTFD FILE ARGUMENT".
Status Notice::open_eventfd() {
  const std::string control = plan_->file.substr(0, plan_->file.rfind('/')) + "/cgroup.event_control";
  unique_fd file(::open(plan_->file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return last_error("open", plan_->file);
  unique_fd registration(::open(control.c_str(), O_WRONLY | O_CLOEXEC));
  if (!registration) return last_error("open", control);
  unique_fd event(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event) return last_error("eventfd");
  const std::string text =
      std::to_string(event.get()) + " " + std::to_string(file.get()) + " " + plan_->argument;
  if (write(registration.get(), text.data(), text.size()) < 0) return last_error("write", control);
  own_ = std::move(event);
  return Done{};
}

// Of pressure: lives as long as the descriptor that it was written to.
Status Notice::open_trigger() {
  unique_fd trigger(::open(plan_->file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!trigger) return last_error("open", plan_->file);
  const std::string& text = plan_->argument;
  if (write(trigger.get(), text.c_str(), text.size() + 1) < 0) return last_error("write", plan_->file);
  own_ = std::move(trigger);
  return Done{};
}

void Notice::arm(int epoll, uint64_t index) {
  if (!is_open()) return;
  epoll_event event = {};
  event.events = EPOLLONESHOT | (plan_->how == WatchPlan::How::eventfd ? EPOLLIN : EPOLLPRI);
  event.data.u64 = index;
  if (epoll_ctl(epoll, added_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd(), &event) == 0) added_ = true;
}

uint64_t Notice::take() {
  uint64_t told = 0;
  if (plan_->how == WatchPlan::How::eventfd && read(own_.get(), &told, sizeof told) < 0) told = 0;
  if (plan_->key.empty()) return told;
  uint64_t before = std::exchange(seen_, counter_.read());
  return seen_ - before;
}

std::optional<uint64_t> Notice::limit() const {
  Result<std::string> text = read_small_file(AT_FDCWD, plan_->limit_file);
  if (!text) return std::nullopt;
  return parse_number(std::string_view(*text).substr(0, text->find('\n')), UINT64_MAX);
}

}  // namespace virtainer
