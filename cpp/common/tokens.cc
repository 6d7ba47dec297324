#include "common/tokens.h"

#include <charconv>

namespace virtainer {

std::optional<uint32_t> TokenReader::u32() {
  if (rest_.size() < 4) return std::nullopt;
  uint32_t value = 0;
  for (int i = 3; i >= 0; i--) value = value << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(4);
  return value;
}

std::optional<std::string_view> TokenReader::token() {
  std::optional<uint32_t> length = u32();
  if (!length || *length > rest_.size()) return std::nullopt;
  std::string_view token = rest_.substr(0, *length);
  rest_.remove_prefix(*length);
  return token;
}

void append_u16(std::string& out, uint16_t value) {
  out.push_back(static_cast<char>(value & 0xff));
  out.push_back(static_cast<char>(value >> 8));
}

void append_u32(std::string& out, uint32_t value) {
  append_u16(out, static_cast<uint16_t>(value & 0xffff));
  append_u16(out, static_cast<uint16_t>(value >> 16));
}

void append_token(std::string& out, std::string_view token) {
  append_u32(out, static_cast<uint32_t>(token.size()));
  out.append(token);
}

std::string encode_message(uint16_t number, const std::vector<std::string>& tokens) {
  size_t length = 2;
  for (const std::string& token : tokens) length += 4 + token.size();
  std::string out;
  out.reserve(4 + length);
  append_u32(out, static_cast<uint32_t>(length));
  append_u16(out, number);
  for (const std::string& token : tokens) append_token(out, token);
  return out;
}

FrameStatus decode_frame(std::string_view buffer, Frame& frame) {
  TokenReader header(buffer);
  std::optional<uint32_t> length = header.u32();
  if (!length) return FrameStatus::incomplete;
  if (*length < 2 || *length > kMaxMessageBytes) return FrameStatus::garbage;
  if (buffer.size() < 4 + size_t{*length}) return FrameStatus::incomplete;
  frame.bytes = 4 + *length;
  frame.number = static_cast<uint16_t>(static_cast<unsigned char>(buffer[4]) |
                                       static_cast<unsigned char>(buffer[5]) << 8);
  frame.tokens.clear();
  TokenReader body(buffer.substr(kFrameHeaderBytes, frame.bytes - kFrameHeaderBytes));
  while (!body.at_end()) {
    std::optional<std::string_view> token = body.token();
    if (!token) return FrameStatus::garbage;
    frame.tokens.push_back(*token);
  }
  return FrameStatus::complete;
}

std::optional<uint64_t> parse_number(std::string_view text, uint64_t max, int base) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [stop, problem] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || problem != std::errc() || stop != end || value > max) return std::nullopt;
  return value;
}

}  // namespace virtainer
