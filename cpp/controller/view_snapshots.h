// What readers have begun to read, so that the rest of it fits. However many there are, it is bounded:
// whoever loses his goes on in the newest one.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace virtainer {

class ViewSnapshots {
 public:
  static constexpr size_t kMaxCount = 64;
  static constexpr size_t kMaxBytes = 1024 * 1024;

  // Null when there is none (any more).
  const std::string* find(uint64_t handle) const;
  // Takes the place of an earlier one.
  const std::string& keep(uint64_t handle, std::string text);
  void drop(uint64_t handle);

 private:
  struct Snapshot {
    uint64_t handle;
    std::string text;
  };

  std::deque<Snapshot> snapshots_;  // the oldest first
  size_t bytes_ = 0;
};

}  // namespace virtainer
