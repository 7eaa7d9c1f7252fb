// SPDX-License-Identifier: MIT
#include "influx/runes.h"

namespace efd::influx {
namespace {

constexpr Rune kInvalid{kReplacementRune, 1};

// How many bytes a character has that begins with `lead`; 0: it begins none.
size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Longer than needed, a surrogate, or above the last character.
bool is_forbidden(char32_t value, size_t bytes) {
  if (bytes == 3) return value < 0x800 || (value >= 0xD800 && value <= 0xDFFF);
  return bytes == 4 && (value < 0x10000 || value > 0x10FFFF);
}

}  // namespace

Rune decode_rune(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t bytes = sequence_bytes(lead);
  if (bytes == 1) return {lead, 1};
  if (bytes == 0 || bytes > text.size()) return kInvalid;
  char32_t value = lead & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0u) != 0x80) return kInvalid;
    value = (value << 6) | (byte & 0x3Fu);
  }
  return is_forbidden(value, bytes) ? kInvalid : Rune{value, bytes};
}

void append_rune(char32_t rune, std::string& out) {
  const auto byte = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (rune < 0x80) return byte(rune);
  if (rune < 0x800) {
    byte(0xC0 | (rune >> 6));
  } else if (rune < 0x10000) {
    byte(0xE0 | (rune >> 12));
    byte(0x80 | ((rune >> 6) & 0x3F));
  } else {
    byte(0xF0 | (rune >> 18));
    byte(0x80 | ((rune >> 12) & 0x3F));
    byte(0x80 | ((rune >> 6) & 0x3F));
  }
  byte(0x80 | (rune & 0x3F));
}

}  // namespace efd::influx
