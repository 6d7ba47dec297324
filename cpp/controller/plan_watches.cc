// Steps about limits that the container may reach.
#include <climits>

#include "controller/plan.h"

namespace virtainer {

namespace {

constexpr uint64_t kMaxBurst = 1000;
constexpr uint64_t kMaxIntervalMs = 24 * 60 * 60 * 1000;

template <typename Word>
struct Named {
  std::string_view name;
  Word word;
};

constexpr Named<WatchPlan::Kind> kKinds[] = {
    {"oom", WatchPlan::Kind::oom}, {"pids", WatchPlan::Kind::pids}, {"memory", WatchPlan::Kind::memory}};
constexpr Named<WatchPlan::How> kWays[] = {{"eventfd", WatchPlan::How::eventfd},
                                           {"modified", WatchPlan::How::modified},
                                           {"psi", WatchPlan::How::psi}};

template <typename Word, size_t N>
bool find_word(const Named<Word> (&words)[N], std::string_view text, Word& found) {
  for (const auto& [name, word] : words) {
    if (name == text) found = word;
    if (name == text) return true;
  }
  return false;
}

bool is_path(const std::string& path) { return path.starts_with('/') && path.size() < PATH_MAX; }

// Kinds of which the controller itself has to know how many, or who it was, need a counter.
bool is_whole(const WatchPlan& watch) {
  bool counts = watch.kind == WatchPlan::Kind::oom || watch.how == WatchPlan::How::modified;
  return is_path(watch.file) && is_path(watch.limit_file) && (!counts || !watch.key.empty());
}

bool add_watch(Plan& plan, int step, const Tokens& tokens) {
  WatchPlan watch;
  bool known = find_word(kKinds, tokens[0], watch.kind) && find_word(kWays, tokens[1], watch.how);
  watch.file = tokens[2];
  watch.argument = tokens[3];
  watch.key = tokens[4];
  watch.limit_file = tokens[5];
  std::optional<uint64_t> burst = parse_number(tokens[6], kMaxBurst);
  std::optional<uint64_t> interval_ms = parse_number(tokens[7], kMaxIntervalMs);
  watch.burst = burst.value_or(0);
  watch.interval_ms = interval_ms.value_or(0);
  watch.step = step;
  std::optional<uint64_t> look_ms;
  if (watch.how == WatchPlan::How::modified && !watch.argument.empty()) {
    look_ms = parse_number(watch.argument, kMaxIntervalMs);
    known = known && look_ms.value_or(0) > 0;
  }
  watch.look_ms = look_ms.value_or(0);
  bool bounded = watch.burst > 0 && watch.interval_ms > 0;
  plan.watches.push_back(watch);
  return known && bounded && is_whole(watch);
}

}  // namespace

bool apply_watch(Plan& plan, StepKind kind, int step, const Tokens& tokens) {
  if (kind == StepKind::watch) return add_watch(plan, step, tokens);
  if (kind != StepKind::oomCounter) return false;
  plan.oom_counter = {std::string(tokens[0]), std::string(tokens[1]), step};
  return is_path(plan.oom_counter.file) && !plan.oom_counter.key.empty();
}

}  // namespace virtainer
