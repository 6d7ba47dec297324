#include "controller/ring.h"

#include <algorithm>
#include <cstring>

namespace virtainer {

void Ring::append(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t offset = end_ % kBytes;
    size_t count = std::min(bytes.size(), kBytes - offset);
    if (bytes_.size() < offset + count) bytes_.resize(offset + count);
    memcpy(bytes_.data() + offset, bytes.data(), count);
    end_ += count;
    bytes.remove_prefix(count);
  }
}

std::string_view Ring::read(uint64_t position, size_t max) const {
  if (position >= end_) return {};
  size_t offset = position % kBytes;
  size_t count = static_cast<size_t>(std::min<uint64_t>({max, end_ - position, kBytes - offset}));
  return std::string_view(bytes_).substr(offset, count);
}

}  // namespace virtainer
