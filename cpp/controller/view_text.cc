#include "controller/view_text.h"

#include <cstdarg>
#include <cstdio>

#include "common/tokens.h"

namespace virtainer {

namespace {

constexpr std::string_view kBlanks = " \t\n";
constexpr uint64_t kMaxCpus = 65'536;

std::string_view trimmed(std::string_view text) {
  size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) + 1 - start);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return pieces;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) { return split(text, '\n'); }

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t start = line.find_first_not_of(kBlanks); start != std::string_view::npos;) {
    size_t end = line.find_first_of(kBlanks, start);
    words.push_back(line.substr(start, end - start));
    start = end == std::string_view::npos ? end : line.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::optional<uint64_t> read_number(std::string_view text) {
  text = trimmed(text);
  return text == "max" ? kUnlimited : parse_number(text, UINT64_MAX - 1);
}

uint64_t number_of(std::string_view text, std::string_view key) {
  for (std::string_view line : lines_of(text)) {
    if (!line.starts_with(key)) continue;
    std::vector<std::string_view> words = words_of(line);
    if (words.size() >= 2 && words[0] == key) return read_number(words[1]).value_or(0);
  }
  return 0;
}

void append_format(std::string& text, const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0) text.append(line, std::min(static_cast<size_t>(length), sizeof line - 1));
}

std::vector<unsigned> read_cpu_list(std::string_view text) {
  std::vector<unsigned> cpus;
  for (std::string_view piece : split(trimmed(text), ',')) {
    size_t dash = piece.find('-');
    std::optional<uint64_t> first = parse_number(piece.substr(0, dash), kMaxCpus);
    std::optional<uint64_t> last =
        dash == std::string_view::npos ? first : parse_number(piece.substr(dash + 1), kMaxCpus);
    if (!first || !last) return {};
    for (uint64_t cpu = *first; cpu <= *last; cpu++) cpus.push_back(static_cast<unsigned>(cpu));
  }
  return cpus;
}

std::string write_cpu_list(const std::vector<unsigned>& cpus) {
  std::string text;
  for (size_t i = 0; i < cpus.size();) {
    size_t end = i + 1;
    while (end < cpus.size() && cpus[end] == cpus[end - 1] + 1) end++;
    if (!text.empty()) text += ',';
    text += std::to_string(cpus[i]);
    if (end > i + 1) text += "-" + std::to_string(cpus[end - 1]);
    i = end;
  }
  return text;
}

}  // namespace virtainer
