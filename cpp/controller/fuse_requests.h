// The answers to a kernel that asks for the files of a view, by its FUSE protocol (linux/fuse.h). Bytes in
// and bytes out: nothing here waits.
#pragma once

#include <string>
#include <string_view>

#include "controller/resource_view.h"
#include "controller/view_snapshots.h"

namespace virtainer {

// One directory with the view's files. What only changes or lists files is not implemented: a container has
// the files alone, each bound to its place.
class FuseRequests {
 public:
  explicit FuseRequests(ResourceView view);

  // Empty when the request wants no answer.
  std::string answer(std::string_view request);

 private:
  std::string open(uint64_t unique, uint64_t node);
  std::string read(uint64_t unique, uint64_t node, std::string_view body);

  ResourceView view_;
  ViewSnapshots snapshots_;
  uint64_t made_at_;  // seconds since 1970
  uint64_t last_handle_ = 0;
  unsigned open_ = 0;
};

}  // namespace virtainer
