// The decoded plan: what Node has decided, checked, in the controller's own types.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol.h"
#include "common/result.h"
#include "common/tokens.h"
#include "controller/view_names.h"

namespace virtainer {

// A value together with the index of the step that brought it, for error reports.
struct Setting {
  std::string value;
  int step = -1;

  bool given() const { return step >= 0; }
};

struct MountFlags {
  uint64_t attributes = 0;  // MOUNT_ATTR_*
  bool recursive = false;
  bool no_symlinks = false;
  bool idmap = false;  // ids on disk are those of the container
  bool no_kernel = false;
};

// `count` ids of the container from `inside` are those of the host from `outside`.
struct IdRange {
  uint32_t inside = 0;
  uint32_t outside = 0;
  uint32_t count = 0;
};

struct IdMap {
  std::vector<IdRange> ranges;
  int step = -1;

  // The host's number of the container's root.
  uint32_t root() const;
};

// A namespace of somebody else, by an inherited descriptor.
struct InheritedNamespace {
  uint64_t kind = 0;  // CLONE_NEW*
  int fd = -1;
  int step = -1;
};

constexpr char kBoottime[] = "boottime";

struct TimeOffset {
  std::string clock;  // the kernel's name in /proc/PID/timens_offsets
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
  int step = -1;
};

struct ResourceLimit {
  __rlimit_resource resource = RLIMIT_CORE;
  rlimit limit = {};
  int step = -1;
};

// A number together with the index of the step that brought it.
struct NumberSetting {
  int64_t value = 0;
  int step = -1;

  bool given() const { return step >= 0; }
};

// How the kernel tells that the container has reached a limit, and how often that is recorded.
struct WatchPlan {
  enum class Kind { oom, pids, memory };
  enum class How { eventfd, modified, psi };

  Kind kind = Kind::oom;
  How how = How::modified;
  std::string file;
  std::string argument;
  std::string key;  // of the counter in the file; empty: none
  std::string limit_file;
  uint64_t burst = 1;
  uint64_t interval_ms = 0;
  uint64_t look_ms = 0;  // of a file that the kernel may forget to mark; 0: only when it is marked
  int step = -1;
};

struct CounterSetting {
  std::string file;
  std::string key;
  int step = -1;
};

// What a container sees of its own resources, instead of the host's.
struct ViewPlan {
  std::vector<std::string> mount_options;
  std::vector<ViewSource> sources;
  int step = -1;

  bool given() const { return step >= 0; }
};

// Of set_mempolicy(2): the nodes as the kernel's bit mask.
struct MemoryPolicy {
  int mode = 0;
  std::vector<unsigned long> nodes;
  int step = -1;
};

// What the kernel holds a process to, beyond its user and namespaces.
struct Confinement {
  uint64_t capabilities = 0;
  int capabilities_step = -1;
  NumberSetting securebits;
  int no_new_privileges_step = -1;
  std::string seccomp_filter;  // an array of sock_filter
  int seccomp_step = -1;
  Setting label_module;
  Setting label;
  std::vector<ResourceLimit> limits;
  MemoryPolicy memory_policy;
  NumberSetting oom_score_adjust;
};

// One step of the root file system; which fields matter depends on the kind.
struct RootStep {
  StepKind kind;
  int step = -1;
  std::string source;
  std::string target;
  std::string type;
  MountFlags flags;
  std::vector<std::string> options;
  mode_t mode = 0;
  dev_t device = 0;
  unsigned number = 0;  // of consoles, or of one console
};

struct Plan {
  std::string uuid;
  std::string name;
  Setting state_directory;
  Setting journal;
  std::string journal_prefix;
  std::string limit_prefix;  // of records about limits; empty: none are made
  Setting persistent_file;
  Setting console_log;
  std::vector<Setting> supervisor_cgroups_v1;
  Setting supervisor_cgroup_v2;
  std::vector<Setting> cgroups_v1;
  Setting cgroup_v2;
  std::vector<std::string> remove_directories;
  std::vector<std::string> remove_directories_if_empty;
  std::vector<std::string> remove_files;
  Setting remove_profile;
  bool restart_on_reboot = false;
  std::vector<int> kept_descriptors;
  std::vector<WatchPlan> watches;
  CounterSetting oom_counter;
  NumberSetting supervisor_oom_score_adjust;
  uint64_t namespaces = 0;  // CLONE_NEW*
  std::vector<InheritedNamespace> inherited_namespaces;
  IdMap uid_map;
  IdMap gid_map;
  std::vector<TimeOffset> time_offsets;
  int boottime_step = -1;  // the clock begins at 0
  NumberSetting nested_user_namespaces;
  Setting hostname;
  ViewPlan view;
  int loopback_step = -1;
  int terminal_step = -1;
  unsigned short rows = 0;
  unsigned short columns = 0;
  Confinement confinement;
  Setting user;
  Setting group;
  Setting working_directory;
  std::vector<Setting> environment;
  bool home_from_user = false;
  Setting executable;
  std::vector<std::string> arguments;
  std::vector<RootStep> root_steps;

  bool has_user_namespace() const;
};

// Reads the whole plan from a descriptor: a file or a memfd from its beginning, a pipe to its end.
Result<std::string> read_plan(int fd);

// Pure. The error's step and path (the step's name) say what is wrong with the plan.
Result<Plan> decode_plan(std::string_view bytes, Command command);

// The parts of decode_plan: tokens of one step into the plan. False when a value can't be right.
bool apply_setting(Plan& plan, StepKind kind, int step, const Tokens& tokens);
bool apply_watch(Plan& plan, StepKind kind, int step, const Tokens& tokens);
bool apply_namespace(Plan& plan, StepKind kind, int step, const Tokens& tokens);
bool apply_view(ViewPlan& view, StepKind kind, int step, const Tokens& tokens);
bool apply_confinement(Confinement& confinement, StepKind kind, int step, const Tokens& tokens);
bool append_root_step(Plan& plan, StepKind kind, int step, const Tokens& tokens);

bool set_oom_score_adjust(NumberSetting& setting, int step, std::string_view text);

// The first number of a descriptor that a plan may name.
constexpr uint64_t kFirstInherited = 6;

// A decimal number, perhaps negative.
std::optional<int64_t> parse_signed(std::string_view text, int64_t min, int64_t max);

}  // namespace virtainer
