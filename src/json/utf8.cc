// SPDX-License-Identifier: MIT
#include "json/utf8.h"

namespace efd::json {
namespace {

size_t sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

bool is_character(uint32_t code_point, size_t size) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
  return code_point >= kSmallest[size] && code_point <= 0x10ffff && !surrogate;
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t size = sequence_size(byte(0));
  if (size == 1) return {1, byte(0)};
  if (size == 0 || text.size() < size) return {};
  uint32_t code_point = byte(0) & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3fu);
  }
  return is_character(code_point, size) ? Utf8Character{size, code_point} : Utf8Character{};
}

size_t find_invalid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const Utf8Character character = first_utf8_character(text.substr(at));
    if (character.size == 0) return at;
    at += character.size;
  }
  return std::string_view::npos;
}

}  // namespace efd::json
