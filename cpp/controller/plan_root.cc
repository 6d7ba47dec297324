// Root file system steps of a plan, checked one by one and in their order.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "controller/plan.h"

namespace virtainer {

namespace {

constexpr uint64_t kMaxConsoles = 64;

struct FlagName {
  std::string_view name;
  uint64_t attribute;
};

constexpr FlagName kAttributes[] = {
    {"ro", MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC},
};

bool set_flag(MountFlags& flags, std::string_view word) {
  if (word == "recursive") return flags.recursive = true;
  if (word == "nosymlinks") return flags.no_symlinks = true;
  if (word == "idmap") return flags.idmap = true;
  if (word == "nokernel") return flags.no_kernel = true;
  for (const FlagName& known : kAttributes) {
    if (word != known.name) continue;
    flags.attributes |= known.attribute;
    return true;
  }
  return false;
}

bool set_flags(MountFlags& flags, std::string_view words) {
  if (words == "-") return true;
  while (true) {
    size_t comma = words.find(',');
    if (!set_flag(flags, words.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    words.remove_prefix(comma + 1);
  }
}

bool set_mode(RootStep& step, std::string_view octal) {
  std::optional<uint64_t> mode = parse_number(octal, 07777, 8);
  step.mode = static_cast<mode_t>(mode.value_or(0));
  return mode.has_value();
}

bool set_device(RootStep& step, const Tokens& tokens) {
  std::optional<uint64_t> major = parse_number(tokens[2], 0xfff);
  std::optional<uint64_t> minor = parse_number(tokens[3], 0xfffff);
  if (!major || !minor || (tokens[1] != "c" && tokens[1] != "b") || !set_mode(step, tokens[4])) return false;
  step.device = makedev(static_cast<unsigned>(*major), static_cast<unsigned>(*minor));
  step.mode |= tokens[1] == "c" ? S_IFCHR : S_IFBLK;
  return true;
}

bool set_mount(RootStep& step, const Tokens& tokens) {
  step.type = tokens[0];
  step.source = tokens[1];
  step.target = tokens[2];
  step.options.assign(tokens.begin() + 4, tokens.end());
  return !step.type.empty() && set_flags(step.flags, tokens[3]);
}

unsigned opened_consoles(const Plan& plan) {
  for (const RootStep& step : plan.root_steps) {
    if (step.kind == StepKind::openConsoles) return step.number;
  }
  return 0;
}

bool set_number(RootStep& step, std::string_view text, uint64_t max) {
  std::optional<uint64_t> number = parse_number(text, max);
  step.number = static_cast<unsigned>(number.value_or(0));
  return number.has_value();
}

bool set_view_file(RootStep& step, const Tokens& tokens) {
  std::optional<ViewFile> file = find_view_file(tokens[0]);
  step.source = tokens[0];
  step.target = tokens[1];
  return file.has_value();
}

bool fill(RootStep& step, const Plan& plan, const Tokens& tokens) {
  switch (step.kind) {
    case StepKind::root:
      step.source = tokens[0];
      return step.source.starts_with('/') && set_flags(step.flags, tokens[1]);
    case StepKind::bind:
    case StepKind::bindInside:
      step.source = tokens[0];
      step.target = tokens[1];
      return step.source.starts_with('/') && set_flags(step.flags, tokens[2]);
    case StepKind::mount:
      return set_mount(step, tokens);
    case StepKind::remountReadonly:
    case StepKind::readonly:
    case StepKind::mask:
      step.target = tokens[0];
      return true;
    case StepKind::viewFile:
      return set_view_file(step, tokens);
    case StepKind::directory:
      step.target = tokens[0];
      return set_mode(step, tokens[1]);
    case StepKind::device:
      step.target = tokens[0];
      return set_device(step, tokens);
    case StepKind::symlink:
      step.source = tokens[0];
      step.target = tokens[1];
      return !step.source.empty();
    case StepKind::openConsoles:
      step.target = tokens[1];
      return set_number(step, tokens[0], kMaxConsoles);
    case StepKind::bindConsole:
      step.target = tokens[1];
      return set_number(step, tokens[0], kMaxConsoles) && step.number < opened_consoles(plan);
    default:
      return false;
  }
}

}  // namespace

bool append_root_step(Plan& plan, StepKind kind, int index, const Tokens& tokens) {
  RootStep step;
  step.kind = kind;
  step.step = index;
  // The root comes first: everything else is resolved inside of it.
  bool is_first = plan.root_steps.empty();
  if (is_first != (kind == StepKind::root) || !fill(step, plan, tokens)) return false;
  if (kind != StepKind::root && !step.target.starts_with('/')) return false;
  plan.root_steps.push_back(std::move(step));
  return true;
}

}  // namespace virtainer
