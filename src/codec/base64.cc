// SPDX-License-Identifier: MIT
#include "codec/base64.h"

#include <array>
#include <cstdint>

namespace efd::codec {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 255;

constexpr std::array<uint8_t, 256> make_digits() {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  for (uint8_t i = 0; i < 64; ++i) digits[static_cast<uint8_t>(kAlphabet[i])] = i;
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = make_digits();

// Up to three bytes, as 24 bits.
uint32_t group_of(std::string_view bytes) {
  uint32_t group = 0;
  for (size_t i = 0; i < 3; ++i) {
    group = group << 8 | (i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0);
  }
  return group;
}

tl::unexpected<Error> not_base64(size_t position) {
  return fail(ErrorCode::bad_input, "not base64 at letter {}", position + 1);
}

// The last group of a text: how many of its four letters are padding.
size_t padding_of(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with("=") ? 1 : 0;
}

}  // namespace

void append_base64(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    uint32_t group = group_of(bytes);
    size_t used = std::min<size_t>(bytes.size(), 3);
    char letters[4] = {kAlphabet[group >> 18], kAlphabet[group >> 12 & 63],
                       kAlphabet[group >> 6 & 63], kAlphabet[group & 63]};
    for (size_t i = used + 1; i < 4; ++i) letters[i] = '=';
    out.append(letters, 4);
    bytes.remove_prefix(used);
  }
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  append_base64(bytes, text);
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4) return not_base64(text.size());
  size_t digits = text.size() - padding_of(text);
  std::string bytes;
  bytes.reserve(digits * 3 / 4);
  uint32_t bits = 0;
  int held = 0;  // valid low bits of `bits`
  for (size_t i = 0; i < digits; ++i) {
    uint8_t digit = kDigits[static_cast<uint8_t>(text[i])];
    if (digit == kNoDigit) return not_base64(i);
    bits = (bits << 6 | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  if (bits & ((1u << held) - 1)) return not_base64(digits - 1);
  return bytes;
}

}  // namespace efd::codec
