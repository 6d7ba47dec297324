// Settings of a plan: each step's tokens into the field of the plan.
#include <climits>

#include "controller/plan.h"

namespace virtainer {

namespace {

constexpr size_t kMaxJournalPrefixBytes = 800;
constexpr size_t kMaxHostnameBytes = 64;

bool set_path(Setting& setting, int step, std::string_view path) {
  setting = {std::string(path), step};
  return !path.empty() && path.front() == '/' && path.size() < PATH_MAX;
}

bool add_path(std::vector<Setting>& settings, int step, std::string_view path) {
  settings.emplace_back();
  return set_path(settings.back(), step, path);
}

bool add_path(std::vector<std::string>& paths, std::string_view path) {
  paths.emplace_back(path);
  return !path.empty() && path.front() == '/';
}

bool add_descriptor(std::vector<int>& descriptors, std::string_view text) {
  std::optional<uint64_t> fd = parse_number(text, INT_MAX);
  descriptors.push_back(static_cast<int>(fd.value_or(0)));
  return fd && *fd >= kFirstInherited;
}

bool is_prefix(const std::string& text) {
  return text.size() <= kMaxJournalPrefixBytes && text.find('\n') == std::string::npos;
}

bool set_on_reboot(Plan& plan, std::string_view action) {
  plan.restart_on_reboot = action == "restart";
  return action == "restart" || action == "destroy";
}

bool set_terminal(Plan& plan, int step, const Tokens& tokens) {
  std::optional<uint64_t> rows = parse_number(tokens[0], USHRT_MAX);
  std::optional<uint64_t> columns = parse_number(tokens[1], USHRT_MAX);
  if (!rows || !columns) return false;
  plan.terminal_step = step;
  plan.rows = static_cast<unsigned short>(*rows);
  plan.columns = static_cast<unsigned short>(*columns);
  return true;
}

bool set_text(Setting& setting, int step, std::string_view text) {
  setting = {std::string(text), step};
  return !text.empty();
}

bool add_environment(Plan& plan, int step, std::string_view entry) {
  size_t equals = entry.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  plan.environment.push_back({std::string(entry), step});
  return true;
}

}  // namespace

bool apply_setting(Plan& plan, StepKind kind, int step, const Tokens& tokens) {
  std::string_view first = tokens.empty() ? std::string_view() : tokens[0];
  switch (kind) {
    case StepKind::domain:
      plan.uuid = first;
      plan.name = tokens[1];
      return !first.empty();
    case StepKind::stateDirectory:
      return set_path(plan.state_directory, step, first);
    case StepKind::journal:
      plan.journal_prefix = tokens[1];
      plan.limit_prefix = tokens.size() > 2 ? tokens[2] : "";
      return set_path(plan.journal, step, first) && is_prefix(plan.journal_prefix) &&
             is_prefix(plan.limit_prefix);
    case StepKind::persistentFile:
      return set_path(plan.persistent_file, step, first);
    case StepKind::consoleLog:
      return set_path(plan.console_log, step, first);
    case StepKind::supervisorCgroupV1:
      return add_path(plan.supervisor_cgroups_v1, step, first);
    case StepKind::supervisorCgroupV2:
      return set_path(plan.supervisor_cgroup_v2, step, first);
    case StepKind::cgroupV1:
      return add_path(plan.cgroups_v1, step, first);
    case StepKind::cgroupV2:
      return set_path(plan.cgroup_v2, step, first);
    case StepKind::removeDirectory:
      return add_path(plan.remove_directories, first);
    case StepKind::removeDirectoryIfEmpty:
      return add_path(plan.remove_directories_if_empty, first);
    case StepKind::removeFile:
      return add_path(plan.remove_files, first);
    case StepKind::removeProfile:
      return set_text(plan.remove_profile, step, first);
    case StepKind::onReboot:
      return set_on_reboot(plan, first);
    case StepKind::keepDescriptor:
      return add_descriptor(plan.kept_descriptors, first);
    case StepKind::supervisorOomScoreAdjust:
      return set_oom_score_adjust(plan.supervisor_oom_score_adjust, step, first);
    case StepKind::hostname:
      return set_text(plan.hostname, step, first) && first.size() <= kMaxHostnameBytes;
    case StepKind::loopbackUp:
      plan.loopback_step = step;
      return true;
    case StepKind::terminal:
      return set_terminal(plan, step, tokens);
    case StepKind::user:
      return set_text(plan.user, step, first);
    case StepKind::group:
      return set_text(plan.group, step, first);
    case StepKind::workingDirectory:
      return set_text(plan.working_directory, step, first);
    case StepKind::environment:
      return add_environment(plan, step, first);
    case StepKind::homeFromUser:
      plan.home_from_user = true;
      return true;
    case StepKind::executable:
      return set_text(plan.executable, step, first);
    case StepKind::argument:
      plan.arguments.emplace_back(first);
      return true;
    default:
      return apply_watch(plan, kind, step, tokens) || apply_namespace(plan, kind, step, tokens) ||
             apply_view(plan.view, kind, step, tokens) ||
             apply_confinement(plan.confinement, kind, step, tokens);
  }
}

}  // namespace virtainer
