// Tells of the limits that a container reaches: the kernel's notices become records of the journal.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "controller/kernel_log.h"
#include "controller/log.h"
#include "controller/notice.h"
#include "controller/records.h"

namespace virtainer {

class Watches {
 public:
  Watches(const Plan& plan, const Log& log) : plan_(plan), log_(log) {}

  // A watch that can't be had is written to the log: the container is as well kept to its limits without.
  Status open();
  int fd() const { return epoll_.get(); }
  void note_events(uint64_t now_ms);
  // What is due. Nothing is told before `begin_telling`.
  void advance(uint64_t now_ms);
  int delay_ms(uint64_t now_ms) const;
  void begin_telling(uint64_t now_ms);
  // Tells what is left, and lets go of the groups.
  void close(uint64_t now_ms);

  // Who init is from now on.
  void follow(pid_t init);
  // To be asked when SIGKILL has ended init: what is known of that, if it was the OOM killer. `count` is that
  // of the whole run.
  std::optional<LimitReport> kill_of_init();

 private:
  struct Watched {
    explicit Watched(const WatchPlan& plan) : notice(plan), rate(plan.burst, plan.interval_ms) {}
    Notice notice;
    Rate rate;
    uint64_t pending = 0;  // reached, and not told yet
    uint64_t due_ms = 0;   // 0: when the kernel tells
  };

  void look(Watched& watched, uint64_t index, uint64_t now_ms);
  void look_for_kills(Watched& oom, uint64_t index, uint64_t now_ms);
  void read_kills(Watched& oom, uint64_t now_ms);
  bool settle(Watched& oom, uint64_t now_ms);
  void tell_kills(Watched& oom, uint64_t now_ms);
  void tell(const Watched& watched, uint64_t count, const OomKill* victim);
  LimitReport report(const Watched& watched, uint64_t count, const OomKill* victim) const;
  Watched* oom();

  const Plan& plan_;
  const Log& log_;
  unique_fd epoll_;
  std::vector<Watched> watched_;
  bool telling_ = false;

  KernelLog kernel_log_;
  uint64_t kills_ = 0;              // in all
  uint64_t batch_ = 0;              // counted, and the log is still being asked who it was
  uint64_t batch_ms_ = 0;           // when the first of it was counted
  std::vector<OomKill> victims_;    // of the batch
  std::vector<OomKill> strangers_;  // may be of the batch: the kernel has not told their group
  bool whole_ = true;               // nothing of the log was missed since the batch began
  std::deque<OomKill> named_;       // of what is pending
  pid_t init_ = 0;
  std::optional<OomKill> init_kill_;
  uint64_t risen_ms_ = 0;          // when something was counted last
  uint64_t patient_until_ms_ = 0;  // a notice without a kill yet
  uint64_t patience_ms_ = 0;
};

}  // namespace virtainer
