// SPDX-License-Identifier: MIT
// Base64 (RFC 4648 section 4: standard alphabet, padded). Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::codec {

void append_base64(std::string_view bytes, std::string& out);
std::string to_base64(std::string_view bytes);

// Fails (bad_input) for any letter outside of the alphabet, missing padding and stray bits.
Result<std::string> from_base64(std::string_view text);

}  // namespace efd::codec
