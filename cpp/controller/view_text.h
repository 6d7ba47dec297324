// The kernel's text files in pieces, and text in the kernel's forms. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace virtainer {

// Without their line feeds.
std::vector<std::string_view> lines_of(std::string_view text);
// Separated by any blanks.
std::vector<std::string_view> words_of(std::string_view line);

constexpr uint64_t kUnlimited = UINT64_MAX;
// A number, or `max`.
std::optional<uint64_t> read_number(std::string_view text);

// The number behind a word that a line begins with; 0 when there is none.
uint64_t number_of(std::string_view text, std::string_view key);

[[gnu::format(printf, 2, 3)]] void append_format(std::string& text, const char* format, ...);

// A list such as 0-1,4; what is none gives nothing.
std::vector<unsigned> read_cpu_list(std::string_view text);
std::string write_cpu_list(const std::vector<unsigned>& cpus);

}  // namespace virtainer
