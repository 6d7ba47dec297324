#include "controller/view_readings.h"

#include <fcntl.h>

#include <algorithm>

#include "controller/records.h"
#include "controller/view_text.h"

namespace virtainer {

namespace {

std::string read_or_nothing(const std::string& path) {
  Result<std::string> text = read_small_file(AT_FDCWD, path);
  return text ? std::move(*text) : "";
}

}  // namespace

bool ViewReadings::has(ViewSourceKind kind) const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [kind](const ViewSource& source) { return source.kind == kind; });
}

std::string ViewReadings::text(ViewSourceKind kind) const {
  for (const ViewSource& source : sources_) {
    if (source.kind == kind) return read_or_nothing(source.path);
  }
  return "";
}

std::vector<std::string> ViewReadings::texts(ViewSourceKind kind) const {
  std::vector<std::string> texts;
  for (const ViewSource& source : sources_) {
    if (source.kind == kind) texts.push_back(read_or_nothing(source.path));
  }
  return texts;
}

std::optional<uint64_t> ViewReadings::smallest(ViewSourceKind kind) const {
  std::optional<uint64_t> smallest;
  for (const std::string& text : texts(kind)) {
    std::optional<uint64_t> number = read_number(text);
    if (number) smallest = std::min(*number, smallest.value_or(kUnlimited));
  }
  return smallest;
}

std::string ViewReadings::host(const char* path) { return read_or_nothing(path); }

}  // namespace virtainer
