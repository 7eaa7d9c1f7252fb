// SPDX-License-Identifier: MIT
// Text -> AST of InfluxQL. All functions are pure and may be called from any thread. Errors are
// bad_input and their message is InfluxDB's, word for word, without its "error parsing query: ".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "influx/ast.h"

namespace efd::influx {

// Longer texts are refused: "query is longer than ... bytes".
constexpr size_t kMaxQueryBytes = size_t{16} << 20;
// How deep parentheses, calls and subqueries may nest in a statement.
constexpr int kMaxNesting = 200;
// The greatest height of an expression's tree, and so the greatest number of ORs in a row. With
// kMaxNesting it bounds every recursion over a statement.
constexpr int kMaxExprHeight = 1000;

// A bind parameter as it comes in the JSON object `params`: {"value": 2, "host": {"regex": "^a"}}.
// monostate stands for null, arrays and everything else that cannot be bound.
using ParamScalar = std::variant<std::monostate, bool, int64_t, double, std::string>;
// {"regex" | "duration" | "string" | "number" | "integer" | "float" | "boolean" | "identifier": v}
using ParamObject = std::map<std::string, ParamScalar>;
using ParamValue = std::variant<ParamScalar, ParamObject>;
using Params = std::map<std::string, ParamValue, std::less<>>;

struct ParseOptions {
  // What $name stands for.
  Params params;
  // Says whether a regular expression compiles; its error's message becomes the parser's (with the
  // position). This module compiles none itself. Empty: every text passes.
  std::function<Result<void>(std::string_view regex)> check_regex;
  // Whether TZ('name') is known. Empty: every name passes.
  std::function<bool(std::string_view name)> has_time_zone;
};

// Statements separated by ';'. No statement at all is not an error.
Result<std::vector<Statement>> parse_query(std::string_view text, const ParseOptions& options = {});
// The first statement; what follows it is not looked at.
Result<Statement> parse_statement(std::string_view text, const ParseOptions& options = {});
// The expression the text starts with.
Result<ExprPtr> parse_expr(std::string_view text, const ParseOptions& options = {});

}  // namespace efd::influx
