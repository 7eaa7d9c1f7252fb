// SPDX-License-Identifier: MIT
// The escapes of URIs and forms (RFC 3986; WHATWG URL for forms).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace efd::http {

// "%2F" -> "/". bad_input: a % without two hexadecimal digits. `plus_is_blank`: as forms have it.
Result<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);
// Escapes everything but letters, digits and "-._~".
std::string percent_encode(std::string_view text);

// "a=1&b=x+y" -> {{a, 1}, {b, x y}}; also the body of application/x-www-form-urlencoded.
Result<NameValues> parse_form(std::string_view text);
std::string format_form(const NameValues& values);

// The decoded segments of a path: "/subjects/a%2Fb/" -> {"subjects", "a/b"}. An empty last segment
// (a trailing slash) is left out.
Result<std::vector<std::string>> split_path(std::string_view path);

}  // namespace efd::http
