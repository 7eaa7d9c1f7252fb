// SPDX-License-Identifier: MIT
// UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace efd::json {

struct Utf8Character {
  size_t size = 0;  // bytes; 0: these bytes are not UTF-8
  uint32_t code_point = 0;
};

// The character at the start of `text`, which is not empty.
Utf8Character first_utf8_character(std::string_view text);

// Where the first byte lies that is not UTF-8; npos if there is none.
size_t find_invalid_utf8(std::string_view text);

}  // namespace efd::json
