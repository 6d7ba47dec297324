// The domain's log: standard error, one line a message, hostile text escaped.
#pragma once

#include <string>
#include <string_view>

namespace virtainer {

// Printable ASCII stays; everything else becomes \xNN.
std::string escape(std::string_view text);

class Log {
 public:
  void name_domain(std::string_view uuid, std::string_view name);
  void write(std::string_view message) const;

 private:
  std::string prefix_ = "virtainer-controller: ";
};

}  // namespace virtainer
