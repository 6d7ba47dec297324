// What the view is made of, as it is now: files of the container's cgroups and of the host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/view_names.h"

namespace virtainer {

class ViewReadings {
 public:
  explicit ViewReadings(std::vector<ViewSource> sources) : sources_(std::move(sources)) {}

  bool has(ViewSourceKind kind) const;
  // Empty when there is no such source, or it can't be read.
  std::string text(ViewSourceKind kind) const;
  // Of every source of the kind, in the order of the plan.
  std::vector<std::string> texts(ViewSourceKind kind) const;
  // The smallest of the sources; undefined when none has a number.
  std::optional<uint64_t> smallest(ViewSourceKind kind) const;

  // A file as the host shows it to us. The container's own is in another mount namespace: never our own
  // answer.
  static std::string host(const char* path);

 private:
  std::vector<ViewSource> sources_;
};

}  // namespace virtainer
