#include "controller/view_snapshots.h"

#include <algorithm>

namespace virtainer {

const std::string* ViewSnapshots::find(uint64_t handle) const {
  for (const Snapshot& snapshot : snapshots_) {
    if (snapshot.handle == handle) return &snapshot.text;
  }
  return nullptr;
}

const std::string& ViewSnapshots::keep(uint64_t handle, std::string text) {
  drop(handle);
  bytes_ += text.size();
  snapshots_.push_back({handle, std::move(text)});
  while (snapshots_.size() > 1 && (snapshots_.size() > kMaxCount || bytes_ > kMaxBytes)) {
    bytes_ -= snapshots_.front().text.size();
    snapshots_.pop_front();
  }
  return snapshots_.back().text;
}

void ViewSnapshots::drop(uint64_t handle) {
  auto found = std::find_if(snapshots_.begin(), snapshots_.end(),
                            [handle](const Snapshot& snapshot) { return snapshot.handle == handle; });
  if (found == snapshots_.end()) return;
  bytes_ -= found->text.size();
  snapshots_.erase(found);
}

}  // namespace virtainer
