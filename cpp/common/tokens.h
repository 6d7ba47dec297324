// Length-delimited tokens and the frames made of them: see docs/protocol.md. Pure and bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace virtainer {

constexpr size_t kFrameHeaderBytes = 6;
constexpr size_t kMaxMessageBytes = 1024 * 1024;
constexpr size_t kMaxPlanBytes = 8 * 1024 * 1024;

using Tokens = std::vector<std::string_view>;

// Reads integers and tokens from bytes that stay the caller's.
class TokenReader {
 public:
  explicit TokenReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::optional<uint32_t> u32();
  std::optional<std::string_view> token();

 private:
  std::string_view rest_;
};

void append_u16(std::string& out, uint16_t value);
void append_u32(std::string& out, uint32_t value);
void append_token(std::string& out, std::string_view token);

std::string encode_message(uint16_t number, const std::vector<std::string>& tokens);

// One message in a stream's buffer; the tokens point into it.
struct Frame {
  uint16_t number = 0;
  Tokens tokens;
  size_t bytes = 0;
};

enum class FrameStatus { complete, incomplete, garbage };

// The first message in the buffer.
FrameStatus decode_frame(std::string_view buffer, Frame& frame);

// Strict decimal: digits only, at most `max`.
std::optional<uint64_t> parse_number(std::string_view text, uint64_t max, int base = 10);

}  // namespace virtainer
