#include "controller/watches.h"

#include <sys/epoll.h>

#include <algorithm>
#include <iterator>

namespace virtainer {

namespace {

// The kernel tells of want of memory before it kills, counts before that, too, and writes to its log after
// it.
constexpr uint64_t kMaxKillingMs = 2000;
constexpr uint64_t kFirstLookMs = 10;
constexpr uint64_t kMaxWritingMs = 100;
constexpr size_t kMaxKept = 64;

void keep(std::deque<OomKill>& kept, OomKill kill) {
  kept.push_back(std::move(kill));
  if (kept.size() > kMaxKept) kept.pop_front();
}

bool is_component(std::string_view path, const std::string& name) {
  return (std::string(path) + "/").find("/" + name + "/") != std::string::npos;
}

// A group's name is unique to one run.
std::string group_name(const WatchPlan& plan) {
  std::string directory = plan.file.substr(0, plan.file.rfind('/'));
  return directory.substr(directory.rfind('/') + 1);
}

}  // namespace

Status Watches::open() {
  epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return last_error("epoll_create1");
  for (const WatchPlan& plan : plan_.watches) {
    Watched watched(plan);
    if (Status opened = watched.notice.open(); !opened) {
      const Error& error = opened.error();
      log_.write("cannot watch " + plan.file + ": " + error.syscall + " " + error.path + ": errno " +
                 std::to_string(error.code));
      continue;
    }
    watched.notice.arm(epoll_.get(), watched_.size());
    watched_.push_back(std::move(watched));
  }
  if (oom()) kernel_log_.open();
  return Done{};
}

Watches::Watched* Watches::oom() {
  for (Watched& watched : watched_) {
    if (watched.notice.plan().kind == WatchPlan::Kind::oom) return &watched;
  }
  return nullptr;
}

void Watches::note_events(uint64_t now_ms) {
  epoll_event events[8];
  int count = epoll_wait(epoll_.get(), events, std::size(events), 0);
  for (int i = 0; i < count; i++) {
    Watched& watched = watched_[events[i].data.u64];
    watched.due_ms = now_ms;
    const WatchPlan& plan = watched.notice.plan();
    if (plan.kind == WatchPlan::Kind::oom && plan.how == WatchPlan::How::eventfd) {
      patient_until_ms_ = now_ms + kMaxKillingMs;
      patience_ms_ = kFirstLookMs;
    }
    if (plan.how != WatchPlan::How::psi) continue;
    // Its group has gone.
    if (events[i].events & EPOLLERR) watched.notice.close();
    watched.pending++;
  }
}

void Watches::advance(uint64_t now_ms) {
  for (size_t i = 0; i < watched_.size(); i++) {
    Watched& watched = watched_[i];
    if (watched.due_ms == 0 || watched.due_ms > now_ms || !watched.notice.is_open()) continue;
    if (watched.notice.plan().kind == WatchPlan::Kind::oom) {
      look_for_kills(watched, i, now_ms);
    } else {
      look(watched, i, now_ms);
    }
  }
}

int Watches::delay_ms(uint64_t now_ms) const {
  uint64_t due_ms = UINT64_MAX;
  for (const Watched& watched : watched_) {
    if (watched.due_ms != 0 && watched.notice.is_open()) due_ms = std::min(due_ms, watched.due_ms);
  }
  if (due_ms == UINT64_MAX) return -1;
  return due_ms > now_ms ? static_cast<int>(due_ms - now_ms) : 0;
}

void Watches::begin_telling(uint64_t now_ms) {
  telling_ = true;
  for (Watched& watched : watched_) watched.due_ms = now_ms;
}

// Until something may be told again, the kernel is not listened to either.
void Watches::look(Watched& watched, uint64_t index, uint64_t now_ms) {
  watched.pending += watched.notice.take();
  if (watched.pending > 0 && telling_ && watched.rate.take(now_ms)) {
    tell(watched, watched.pending, nullptr);
    watched.pending = 0;
  }
  uint64_t next_ms = watched.rate.next_ms();
  watched.due_ms = next_ms;
  if (next_ms > now_ms) return;
  const uint64_t look_ms = watched.notice.plan().look_ms;
  watched.due_ms = look_ms > 0 ? now_ms + look_ms : 0;
  watched.notice.arm(epoll_.get(), index);
}

void Watches::look_for_kills(Watched& oom, uint64_t index, uint64_t now_ms) {
  oom.due_ms = 0;
  read_kills(oom, now_ms);
  bool settled = settle(oom, now_ms);
  if (telling_) tell_kills(oom, now_ms);
  if (!settled) {
    oom.due_ms = now_ms + kFirstLookMs;
  } else if (now_ms < patient_until_ms_) {
    oom.due_ms = now_ms + patience_ms_;
    patience_ms_ *= 2;
  } else if (oom.pending > 0 && telling_) {
    oom.due_ms = oom.rate.next_ms();
  }
  oom.notice.arm(epoll_.get(), index);
}

// The log first: what it tells of has been counted before.
void Watches::read_kills(Watched& oom, uint64_t now_ms) {
  KernelLog::News news = kernel_log_.read();
  const uint64_t risen = oom.notice.take();
  const std::string own = group_name(oom.notice.plan());
  if (batch_ == 0 && risen > 0) {
    batch_ms_ = now_ms;
    strangers_.clear();
    whole_ = true;
  }
  whole_ = whole_ && news.whole;
  batch_ += risen;
  kills_ += risen;
  if (risen > 0) {
    risen_ms_ = now_ms;
    patient_until_ms_ = 0;
  }
  for (OomKill& kill : news.kills) {
    if (kill.pid == init_) init_kill_ = kill;
    if (batch_ == 0) continue;
    if (is_component(kill.group, own)) {
      victims_.push_back(std::move(kill));
    } else if (kill.group.empty()) {
      strangers_.push_back(std::move(kill));
    }
  }
}

// Whether it is known who they were, or won't be.
bool Watches::settle(Watched& oom, uint64_t now_ms) {
  if (batch_ == 0) return true;
  // Every kill is in the log: as many without a group as are missing are those that are missing.
  if (whole_ && victims_.size() < batch_ && victims_.size() + strangers_.size() == batch_) {
    std::move(strangers_.begin(), strangers_.end(), std::back_inserter(victims_));
  }
  bool waits = kernel_log_.is_open() && now_ms < batch_ms_ + kMaxWritingMs;
  if (victims_.size() < batch_ && waits) return false;
  for (OomKill& victim : victims_) keep(named_, std::move(victim));
  oom.pending += batch_;
  batch_ = 0;
  victims_.clear();
  strangers_.clear();
  return true;
}

// One by one as long as there is room for that, all in one otherwise.
void Watches::tell_kills(Watched& oom, uint64_t now_ms) {
  const size_t unnamed = oom.pending > named_.size() ? 1 : 0;
  if (oom.rate.left(now_ms) >= named_.size() + unnamed) {
    for (; !named_.empty() && oom.pending > 0; named_.pop_front()) {
      oom.rate.take(now_ms);
      tell(oom, 1, &named_.front());
      oom.pending--;
    }
  }
  if (oom.pending == 0 || !oom.rate.take(now_ms)) return;
  tell(oom, oom.pending, nullptr);
  oom.pending = 0;
  named_.clear();
}

void Watches::close(uint64_t now_ms) {
  for (Watched& watched : watched_) {
    if (watched.notice.plan().kind == WatchPlan::Kind::oom) {
      read_kills(watched, now_ms);
      settle(watched, now_ms + kMaxWritingMs);
      if (telling_) tell_kills(watched, now_ms);
    } else {
      watched.pending += watched.notice.take();
    }
    if (telling_ && watched.pending > 0) tell(watched, watched.pending, nullptr);
  }
  watched_.clear();
}

void Watches::follow(pid_t init) {
  init_ = init;
  init_kill_.reset();
}

std::optional<LimitReport> Watches::kill_of_init() {
  Watched* watched = oom();
  if (watched == nullptr || !watched->notice.is_open()) return std::nullopt;
  for (uint64_t begun = monotonic_ms(), now = begun;; now = monotonic_ms()) {
    read_kills(*watched, now);
    if (init_kill_) return report(*watched, kills_, &*init_kill_);
    // The kernel counts before it kills.
    if (risen_ms_ == 0 || now >= risen_ms_ + kMaxKillingMs) return std::nullopt;
    if (!kernel_log_.is_open()) return report(*watched, kills_, nullptr);
    if (now >= begun + kMaxWritingMs) return std::nullopt;
    kernel_log_.wait(static_cast<int>(begun + kMaxWritingMs - now));
  }
}

LimitReport Watches::report(const Watched& watched, uint64_t count, const OomKill* victim) const {
  const WatchPlan& plan = watched.notice.plan();
  LimitReport report{plan.kind, count, watched.notice.limit()};
  if (victim == nullptr) return report;
  report.pid = victim->pid;
  report.process = victim->name;
  // Another limit than the group's own: of a group above or below it, or the memory that the host has.
  const std::string own = "/" + group_name(plan);
  if (!victim->at_limit || (!victim->limited.empty() && !victim->limited.ends_with(own)))
    report.limit.reset();
  return report;
}

void Watches::tell(const Watched& watched, uint64_t count, const OomKill* victim) {
  Status told = append_limit(plan_, report(watched, count, victim));
  if (!told) log_.write("cannot append to the journal: errno " + std::to_string(told.error().code));
}

}  // namespace virtainer
