// SPDX-License-Identifier: MIT
// UTF-8 characters, read as Go reads them: a byte that begins no valid character is one U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace efd::influx {

constexpr char32_t kReplacementRune = 0xFFFD;

struct Rune {
  char32_t value;
  size_t bytes;
};

// The first character of `text`, which must not be empty.
Rune decode_rune(std::string_view text);
// Appends the character as UTF-8.
void append_rune(char32_t rune, std::string& out);

}  // namespace efd::influx
