// SPDX-License-Identifier: MIT
// Clauses that several statements share. Each gives its empty value when it does not come next.
// Internal to the parser.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "influx/token_stream.h"

namespace efd::influx {

enum class Subqueries { allowed, forbidden };

// FROM a, b ...: the list behind the word FROM.
Result<std::vector<Source>> parse_sources(TokenStream& in, Subqueries subqueries);
Result<Source> parse_source(TokenStream& in, Subqueries subqueries);
// [FROM measurements]
Result<std::vector<Source>> parse_optional_from(TokenStream& in);
// [WHERE expression]
Result<ExprPtr> parse_where(TokenStream& in);
// [GROUP BY dimensions]
Result<std::vector<ExprPtr>> parse_group_by(TokenStream& in);
// [ORDER BY field]
Result<std::vector<SortField>> parse_order_by(TokenStream& in);
// [LIMIT n] [OFFSET n]
Result<Paging> parse_limit_offset(TokenStream& in);
// [LIMIT n] [OFFSET n] [SLIMIT n] [SOFFSET n]
Result<Paging> parse_paging(TokenStream& in);

// What follows the word SELECT.
enum class Target { required, optional };
Result<std::shared_ptr<const SelectStatement>> parse_select(TokenStream& in, Target target);

}  // namespace efd::influx
