// The last bytes of a console. Positions count from the console's first byte ever. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace virtainer {

class Ring {
 public:
  static constexpr size_t kBytes = 256 * 1024;

  uint64_t begin() const { return end_ > kBytes ? end_ - kBytes : 0; }
  uint64_t end() const { return end_; }

  void append(std::string_view bytes);
  // At most `max` bytes from a position that is not before begin(); contiguous, so possibly fewer.
  std::string_view read(uint64_t position, size_t max) const;

 private:
  std::string bytes_;  // grows up to kBytes, then wraps
  uint64_t end_ = 0;
};

}  // namespace virtainer
