// SPDX-License-Identifier: MIT
// Names and strings in the form in which the parser reads them back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace efd::influx {

// 'text' with ' \ and newlines escaped.
std::string quote_string(std::string_view text);

// One name: quoted with " where it must be (not an identifier, or a keyword).
std::string quote_ident(std::string_view name);
// database.policy.name by InfluxDB's rule: all but the last segment are always quoted, an empty one
// in the middle is left out ("a"..b).
std::string quote_ident(const std::vector<std::string>& segments);

}  // namespace efd::influx
