// The container's root file system: the steps of the plan in their order, then pivot_root.
#pragma once

#include <optional>
#include <vector>

#include "common/result.h"
#include "controller/log.h"
#include "controller/masks.h"
#include "controller/pinned_mounts.h"
#include "controller/plan.h"
#include "controller/terminals.h"

namespace virtainer {

struct BuildSite {
  const Plan& plan;
  const Log& log;
  int container;       // pidfd of the process that the root is for
  int user_namespace;  // of the container; -1: the host's
  int view;            // the mount of the view's file system
  unique_fd root = {};
  bool is_view_attached = false;
  std::optional<Masks> masks = {};
  PinnedMounts pinned = {};
  std::vector<Terminal> consoles = {};
};

Status build_root(BuildSite& site);

}  // namespace virtainer
