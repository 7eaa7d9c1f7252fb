// SPDX-License-Identifier: MIT
// Expressions and dotted names. Internal to the parser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "influx/token_stream.h"

namespace efd::influx {

Result<ExprPtr> parse_expression(TokenStream& in);

// A regular expression if one comes next (spaces before it are read in any case).
Result<std::optional<std::string>> parse_regex(TokenStream& in);

// a, a.b, a.b.c, a..c. Stops behind a dot that is followed by '/' or ':'.
Result<std::vector<std::string>> parse_segments(TokenStream& in);

}  // namespace efd::influx
