// What a plan holds the container's processes to.
#include <linux/filter.h>
#include <linux/mempolicy.h>

#include "controller/plan.h"

namespace virtainer {

namespace {

struct LimitName {
  std::string_view name;
  __rlimit_resource resource;
};

constexpr LimitName kLimits[] = {
    {"cpu", RLIMIT_CPU},           {"fsize", RLIMIT_FSIZE},
    {"data", RLIMIT_DATA},         {"stack", RLIMIT_STACK},
    {"core", RLIMIT_CORE},         {"rss", RLIMIT_RSS},
    {"nproc", RLIMIT_NPROC},       {"nofile", RLIMIT_NOFILE},
    {"memlock", RLIMIT_MEMLOCK},   {"as", RLIMIT_AS},
    {"locks", RLIMIT_LOCKS},       {"sigpending", RLIMIT_SIGPENDING},
    {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
    {"rtprio", RLIMIT_RTPRIO},     {"rttime", RLIMIT_RTTIME},
};

struct PolicyName {
  std::string_view name;
  int mode;
};

constexpr PolicyName kPolicies[] = {
    {"preferred", MPOL_PREFERRED},
    {"preferred-many", MPOL_PREFERRED_MANY},
    {"interleave", MPOL_INTERLEAVE},
};

constexpr uint64_t kMaxNode = 1023;  // the kernel's own limit
constexpr size_t kBitsPerWord = 8 * sizeof(unsigned long);
constexpr int64_t kMaxOomScoreAdjust = 1000;
constexpr uint64_t kMaxSecurebits = 0xff;

bool set_capabilities(Confinement& confinement, int step, std::string_view mask) {
  std::optional<uint64_t> bits = parse_number(mask, UINT64_MAX, 16);
  confinement.capabilities = bits.value_or(0);
  confinement.capabilities_step = step;
  return bits.has_value();
}

bool set_securebits(NumberSetting& setting, int step, std::string_view mask) {
  std::optional<uint64_t> bits = parse_number(mask, kMaxSecurebits, 16);
  setting = {static_cast<int64_t>(bits.value_or(0)), step};
  return bits.has_value();
}

bool set_filter(Confinement& confinement, int step, std::string_view hex) {
  confinement.seccomp_step = step;
  if (hex.empty() || hex.size() % 2 != 0) return false;
  for (size_t i = 0; i < hex.size(); i += 2) {
    std::optional<uint64_t> byte = parse_number(hex.substr(i, 2), 0xff, 16);
    if (!byte) return false;
    confinement.seccomp_filter.push_back(static_cast<char>(*byte));
  }
  size_t count = confinement.seccomp_filter.size() / sizeof(sock_filter);
  return confinement.seccomp_filter.size() % sizeof(sock_filter) == 0 && count <= BPF_MAXINSNS;
}

bool set_label(Confinement& confinement, int step, const Tokens& tokens) {
  confinement.label_module = {std::string(tokens[0]), step};
  confinement.label = {std::string(tokens[1]), step};
  return (tokens[0] == "selinux" || tokens[0] == "apparmor") && !tokens[1].empty();
}

std::optional<rlim_t> parse_limit(std::string_view text) {
  if (text == "unlimited") return RLIM_INFINITY;
  return parse_number(text, UINT64_MAX - 1);
}

bool add_limit(Confinement& confinement, int step, const Tokens& tokens) {
  std::optional<rlim_t> soft = parse_limit(tokens[1]);
  std::optional<rlim_t> hard = parse_limit(tokens[2]);
  if (!soft || !hard || *soft > *hard) return false;
  for (const LimitName& known : kLimits) {
    if (known.name != tokens[0]) continue;
    confinement.limits.push_back({known.resource, {*soft, *hard}, step});
    return true;
  }
  return false;
}

bool set_memory_policy(MemoryPolicy& policy, int step, const Tokens& tokens) {
  policy.step = step;
  policy.nodes.assign((kMaxNode + 1) / kBitsPerWord, 0);
  for (std::string_view rest = tokens[1]; !rest.empty();) {
    size_t comma = std::min(rest.find(','), rest.size());
    std::optional<uint64_t> node = parse_number(rest.substr(0, comma), kMaxNode);
    if (!node) return false;
    policy.nodes[*node / kBitsPerWord] |= 1UL << (*node % kBitsPerWord);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  for (const PolicyName& known : kPolicies) {
    if (known.name != tokens[0]) continue;
    policy.mode = known.mode;
    return true;
  }
  return false;
}

}  // namespace

bool set_oom_score_adjust(NumberSetting& setting, int step, std::string_view text) {
  std::optional<int64_t> value = parse_signed(text, -kMaxOomScoreAdjust, kMaxOomScoreAdjust);
  setting = {value.value_or(0), step};
  return value.has_value();
}

std::optional<int64_t> parse_signed(std::string_view text, int64_t min, int64_t max) {
  bool negative = text.starts_with('-');
  std::optional<uint64_t> size = parse_number(negative ? text.substr(1) : text, INT64_MAX);
  if (!size) return std::nullopt;
  int64_t value = negative ? -static_cast<int64_t>(*size) : static_cast<int64_t>(*size);
  if (value < min || value > max) return std::nullopt;
  return value;
}

bool apply_confinement(Confinement& confinement, StepKind kind, int step, const Tokens& tokens) {
  switch (kind) {
    case StepKind::capabilities:
      return set_capabilities(confinement, step, tokens[0]);
    case StepKind::securebits:
      return set_securebits(confinement.securebits, step, tokens[0]);
    case StepKind::noNewPrivileges:
      confinement.no_new_privileges_step = step;
      return true;
    case StepKind::seccompFilter:
      return set_filter(confinement, step, tokens[0]);
    case StepKind::execLabel:
      return set_label(confinement, step, tokens);
    case StepKind::rlimit:
      return add_limit(confinement, step, tokens);
    case StepKind::memoryPolicy:
      return set_memory_policy(confinement.memory_policy, step, tokens);
    case StepKind::oomScoreAdjust:
      return set_oom_score_adjust(confinement.oom_score_adjust, step, tokens[0]);
    default:
      return false;
  }
}

}  // namespace virtainer
