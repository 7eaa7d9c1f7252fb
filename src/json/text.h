// SPDX-License-Identifier: MIT
// Strings as JSON text.
#pragma once

#include <string>
#include <string_view>

namespace efd::json {

// What is escaped beyond quote, backslash and the control characters below U+0020, which always
// are.
enum class Escaping {
  minimal,  // nothing: UTF-8 stays as it is
  go,  // <, >, & and U+2028, U+2029, as \u003c: what Go's encoding/json does; \b and \f as \u0008
  ascii,  // everything outside of U+0020 .. U+007E, as Python's json.dumps does
};

// Appends `text` in quotes. A byte that is not UTF-8 becomes \ufffd, one for each, in every mode.
void append_quoted(std::string_view text, Escaping escaping, std::string& out);

}  // namespace efd::json
