// What a plan says about the container's view of its resources.
#include <climits>

#include "controller/plan.h"

namespace virtainer {

namespace {

constexpr size_t kMaxSources = 256;

bool set_view(ViewPlan& view, int step, const Tokens& options) {
  view.step = step;
  view.mount_options.assign(options.begin(), options.end());
  return true;
}

bool add_source(ViewPlan& view, const Tokens& tokens) {
  std::optional<ViewSourceKind> kind = find_view_source(tokens[0]);
  std::string_view path = tokens[1];
  if (!kind || !path.starts_with('/') || path.size() >= PATH_MAX || view.sources.size() == kMaxSources)
    return false;
  view.sources.push_back({*kind, std::string(path)});
  return true;
}

}  // namespace

bool apply_view(ViewPlan& view, StepKind kind, int step, const Tokens& tokens) {
  if (kind == StepKind::view) return set_view(view, step, tokens);
  return kind == StepKind::viewSource && add_source(view, tokens);
}

}  // namespace virtainer
