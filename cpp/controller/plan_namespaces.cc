// Namespaces of a plan, and what belongs to the user and the time namespace.
#include <sched.h>

#include <climits>

#include "controller/plan.h"

namespace virtainer {

namespace {

struct NamespaceName {
  std::string_view name;
  uint64_t flag;
};

constexpr NamespaceName kNamespaces[] = {
    {"user", CLONE_NEWUSER}, {"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID},       {"net", CLONE_NEWNET},
    {"ipc", CLONE_NEWIPC},   {"uts", CLONE_NEWUTS},  {"cgroup", CLONE_NEWCGROUP}, {"time", CLONE_NEWTIME},
};
// What a container may share with somebody else.
constexpr uint64_t kShareable = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

constexpr uint64_t kMaxId = UINT32_MAX - 1;  // the last number means "no id"
constexpr size_t kMaxIdRanges = 340;         // what the kernel takes in one map
constexpr int64_t kMaxOffsetSeconds = 4'611'686'018;
constexpr uint64_t kMaxNanoseconds = 999'999'999;

uint64_t flag_of(std::string_view name) {
  for (const NamespaceName& known : kNamespaces) {
    if (known.name == name) return known.flag;
  }
  return 0;
}

bool set_namespaces(Plan& plan, const Tokens& names) {
  for (std::string_view name : names) {
    uint64_t flag = flag_of(name);
    if (flag == 0) return false;
    plan.namespaces |= flag;
  }
  return true;
}

bool add_inherited(Plan& plan, int step, const Tokens& tokens) {
  uint64_t kind = flag_of(tokens[0]);
  std::optional<uint64_t> fd = parse_number(tokens[1], INT_MAX);
  if (!fd || *fd < kFirstInherited || (kind & kShareable) == 0) return false;
  plan.inherited_namespaces.push_back({kind, static_cast<int>(*fd), step});
  return true;
}

bool add_range(IdMap& map, int step, const Tokens& tokens) {
  std::optional<uint64_t> inside = parse_number(tokens[0], kMaxId);
  std::optional<uint64_t> outside = parse_number(tokens[1], kMaxId);
  std::optional<uint64_t> count = parse_number(tokens[2], kMaxId);
  if (!inside || !outside || !count || *count == 0 || map.ranges.size() == kMaxIdRanges) return false;
  if (*inside + *count > kMaxId + 1 || *outside + *count > kMaxId + 1) return false;
  map.ranges.push_back(
      {static_cast<uint32_t>(*inside), static_cast<uint32_t>(*outside), static_cast<uint32_t>(*count)});
  map.step = step;
  return true;
}

bool add_time_offset(Plan& plan, int step, const Tokens& tokens) {
  std::optional<int64_t> seconds = parse_signed(tokens[1], -kMaxOffsetSeconds, kMaxOffsetSeconds);
  std::optional<uint64_t> nanoseconds = parse_number(tokens[2], kMaxNanoseconds);
  if (!seconds || !nanoseconds || (tokens[0] != "monotonic" && tokens[0] != "boottime")) return false;
  plan.time_offsets.push_back({std::string(tokens[0]), *seconds, static_cast<uint32_t>(*nanoseconds), step});
  return true;
}

bool set_nested(Plan& plan, int step, std::string_view text) {
  std::optional<uint64_t> number = parse_number(text, INT_MAX);
  plan.nested_user_namespaces = {static_cast<int64_t>(number.value_or(0)), step};
  return number.has_value();
}

}  // namespace

uint32_t IdMap::root() const {
  for (const IdRange& range : ranges) {
    if (range.inside == 0) return range.outside;
  }
  return 0;
}

bool Plan::has_user_namespace() const { return (namespaces & CLONE_NEWUSER) != 0; }

bool apply_namespace(Plan& plan, StepKind kind, int step, const Tokens& tokens) {
  switch (kind) {
    case StepKind::namespaces:
    case StepKind::joinNamespaces:
      return set_namespaces(plan, tokens);
    case StepKind::inheritNamespace:
      return add_inherited(plan, step, tokens);
    case StepKind::uidMap:
      return add_range(plan.uid_map, step, tokens);
    case StepKind::gidMap:
      return add_range(plan.gid_map, step, tokens);
    case StepKind::timeOffset:
      return add_time_offset(plan, step, tokens);
    case StepKind::boottimeFromStart:
      plan.boottime_step = step;
      return true;
    case StepKind::nestedUserNamespaces:
      return set_nested(plan, step, tokens[0]);
    default:
      return false;
  }
}

}  // namespace virtainer
