#include "controller/plan.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace virtainer {

namespace {

constexpr std::string_view kMagic = "VTPLAN1\n";

Error plan_error(int code, int step, std::string_view name) {
  return Error{code, "plan", std::string(name), step};
}

bool has_nul(const Tokens& tokens) {
  for (std::string_view token : tokens) {
    if (token.find('\0') != std::string_view::npos) return true;
  }
  return false;
}

bool understood_by(const StepRule& rule, Command command) {
  return (static_cast<int>(rule.command) & static_cast<int>(command)) != 0;
}

bool right_count(const StepRule& rule, size_t count) {
  if (count < static_cast<size_t>(rule.min_tokens)) return false;
  return rule.max_tokens < 0 || count <= static_cast<size_t>(rule.max_tokens);
}

Result<Tokens> read_step(TokenReader& reader, int step) {
  Tokens tokens;
  std::optional<uint32_t> count = reader.u32();
  if (!count || *count == 0) return plan_error(EPROTO, step, "");
  for (uint32_t i = 0; i < *count; i++) {
    std::optional<std::string_view> token = reader.token();
    if (!token) return plan_error(EPROTO, step, tokens.empty() ? "" : tokens.front());
    tokens.push_back(*token);
  }
  return tokens;
}

Status apply_step(Plan& plan, Tokens tokens, int step, Command command, std::set<StepKind>& seen) {
  std::string_view name = tokens.front();
  const StepRule* rule = find_step(name);
  if (rule == nullptr || !understood_by(*rule, command)) return plan_error(EPROTO, step, name);
  tokens.erase(tokens.begin());
  if (!right_count(*rule, tokens.size()) || has_nul(tokens)) return plan_error(EPROTO, step, name);
  if (!seen.insert(rule->kind).second && !rule->repeatable) return plan_error(EPROTO, step, name);
  bool applied = rule->kind >= StepKind::root ? append_root_step(plan, rule->kind, step, tokens)
                                              : apply_setting(plan, rule->kind, step, tokens);
  if (!applied) return plan_error(EINVAL, step, name);
  return Done{};
}

bool maps_root(const IdMap& map) {
  for (const IdRange& range : map.ranges) {
    if (range.inside == 0) return true;
  }
  return false;
}

// A user namespace and its maps come together, and idmapped mounts with them.
Status check_ids(const Plan& plan) {
  const bool has_user = plan.has_user_namespace();
  if (has_user && !maps_root(plan.uid_map)) return plan_error(EINVAL, plan.uid_map.step, "uid-map");
  if (has_user && !maps_root(plan.gid_map)) return plan_error(EINVAL, plan.gid_map.step, "gid-map");
  if (has_user) return Done{};
  if (plan.uid_map.step >= 0) return plan_error(EINVAL, plan.uid_map.step, "uid-map");
  if (plan.gid_map.step >= 0) return plan_error(EINVAL, plan.gid_map.step, "gid-map");
  for (const RootStep& step : plan.root_steps) {
    if (step.flags.idmap) return plan_error(EINVAL, step.step, "idmap");
  }
  return Done{};
}

Status check_view(const Plan& plan) {
  for (const RootStep& step : plan.root_steps) {
    if (step.kind == StepKind::viewFile && !plan.view.given())
      return plan_error(EINVAL, step.step, "view-file");
  }
  if (plan.boottime_step < 0) return Done{};
  const bool has_other = std::any_of(plan.time_offsets.begin(), plan.time_offsets.end(),
                                     [](const TimeOffset& offset) { return offset.clock == kBoottime; });
  if (has_other || !(plan.namespaces & CLONE_NEWTIME))
    return plan_error(EINVAL, plan.boottime_step, "boottime-from-start");
  return Done{};
}

// What no container can be without: a plan that lacks it is cut short or wrong, and must not half work.
Status check_complete(const Plan& plan, Command command) {
  if (command == Command::hold) return Done{};
  if (!plan.executable.given()) return plan_error(EINVAL, -1, "executable");
  if (command == Command::enter) {
    return plan.namespaces != 0 ? check_ids(plan) : plan_error(EINVAL, -1, "join-namespaces");
  }
  if (plan.uuid.empty()) return plan_error(EINVAL, -1, "domain");
  if (!plan.state_directory.given()) return plan_error(EINVAL, -1, "state-directory");
  constexpr uint64_t kNeeded = CLONE_NEWNS | CLONE_NEWPID;
  if ((plan.namespaces & kNeeded) != kNeeded) return plan_error(EINVAL, -1, "namespaces");
  if (plan.root_steps.empty()) return plan_error(EINVAL, -1, "root");
  VT_TRY(check_ids(plan));
  for (const InheritedNamespace& inherited : plan.inherited_namespaces) {
    if (plan.namespaces & inherited.kind) return plan_error(EINVAL, inherited.step, "inherit-namespace");
  }
  if (plan.nested_user_namespaces.given() && !plan.has_user_namespace()) {
    return plan_error(EINVAL, plan.nested_user_namespaces.step, "nested-user-namespaces");
  }
  if (!plan.time_offsets.empty() && !(plan.namespaces & CLONE_NEWTIME)) {
    return plan_error(EINVAL, plan.time_offsets.front().step, "time-offset");
  }
  VT_TRY(check_view(plan));
  if (plan.hostname.given() && !(plan.namespaces & CLONE_NEWUTS)) {
    return plan_error(EINVAL, plan.hostname.step, "hostname");
  }
  if (plan.loopback_step >= 0 && !(plan.namespaces & CLONE_NEWNET)) {
    return plan_error(EINVAL, plan.loopback_step, "loopback-up");
  }
  return Done{};
}

}  // namespace

Result<std::string> read_plan(int fd) {
  std::string bytes;
  char chunk[16 * 1024];
  for (bool seekable = true;;) {
    ssize_t got = seekable ? pread(fd, chunk, sizeof chunk, static_cast<off_t>(bytes.size()))
                           : read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == ESPIPE && seekable) {
      seekable = false;
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_error("read", "plan");
    if (got == 0) return bytes;
    bytes.append(chunk, static_cast<size_t>(got));
    if (bytes.size() > kMaxPlanBytes) return plan_error(EFBIG, -1, "");
  }
}

Result<Plan> decode_plan(std::string_view bytes, Command command) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return plan_error(EPROTO, -1, "");
  Plan plan;
  std::set<StepKind> seen;
  TokenReader reader(bytes.substr(kMagic.size()));
  for (int step = 0; !reader.at_end(); step++) {
    Result<Tokens> tokens = read_step(reader, step);
    if (!tokens) return tokens.error();
    VT_TRY(apply_step(plan, std::move(*tokens), step, command, seen));
  }
  VT_TRY(check_complete(plan, command));
  return plan;
}

}  // namespace virtainer
