// The file that keeps the output of a console: two generations of 2 MiB.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/unique_fd.h"

namespace virtainer {

class ConsoleLog {
 public:
  Status open(const std::string& path);
  // What can't be written is dropped: a full disk must not stop the container.
  void append(std::string_view bytes);

 private:
  void rotate();

  std::string path_;
  unique_fd file_;
  uint64_t size_ = 0;
};

}  // namespace virtainer
