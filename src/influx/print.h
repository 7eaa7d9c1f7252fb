// SPDX-License-Identifier: MIT
// The clauses of statements as text, each with a leading space, "" when there is none. Internal to
// to_string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "influx/ast.h"

namespace efd::influx {

std::string sources_text(const std::vector<Source>& sources);
std::string where_text(const ExprPtr& condition);
std::string group_by_text(const std::vector<ExprPtr>& dimensions);
std::string order_by_text(const std::vector<SortField>& fields);
std::string paging_text(const Paging& paging);

// /regex/ with its slashes escaped.
std::string quote_regex(std::string_view regex);

}  // namespace efd::influx
