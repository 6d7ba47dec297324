// How the kernel tells that a container has reached a limit.
#pragma once

#include <cstdint>

#include "common/result.h"
#include "common/unique_fd.h"
#include "controller/oom_witness.h"
#include "controller/plan.h"

namespace virtainer {

// So many at once, then one at each interval: what happens in a container must not fill the journal.
class Rate {
 public:
  Rate(uint64_t burst, uint64_t interval_ms) : burst_(burst), interval_ms_(interval_ms), left_(burst) {}

  uint64_t left(uint64_t now_ms);
  bool take(uint64_t now_ms);
  // When there may be one, if not now.
  uint64_t next_ms() const { return left_ > 0 ? 0 : filled_ms_ + interval_ms_; }

 private:
  uint64_t burst_;
  uint64_t interval_ms_;
  uint64_t left_;
  uint64_t filled_ms_ = 0;
};

class Notice {
 public:
  // `plan` stays the caller's.
  explicit Notice(const WatchPlan& plan) : plan_(&plan) {}

  Status open();
  // Listens for the next notice. An epoll descriptor tells of one, and of nothing more until it is armed
  // again.
  void arm(int epoll, uint64_t index);
  void close() { *this = Notice(*plan_); }
  bool is_open() const { return fd() >= 0; }
  // How often the limit was reached since the last call; a trigger doesn't count.
  uint64_t take();
  const WatchPlan& plan() const { return *plan_; }
  // Now; nothing where there is none.
  std::optional<uint64_t> limit() const;

 private:
  int fd() const { return plan_->how == WatchPlan::How::modified ? counter_.fd() : own_.get(); }
  Status open_eventfd();
  Status open_trigger();

  const WatchPlan* plan_;
  Counter counter_;  // where the plan has a key
  unique_fd own_;    // eventfd or trigger
  uint64_t seen_ = 0;
  bool added_ = false;
};

}  // namespace virtainer
