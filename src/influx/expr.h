// SPDX-License-Identifier: MIT
// Expressions of InfluxQL: what stands in a SELECT list, a WHERE and a GROUP BY clause.
//
// Nodes are immutable and shared: a rewrite makes new nodes for what it changes and keeps the rest.
// They may be read from any thread. A parsed expression is at most kMaxExprHeight nodes high
// (parser.h), so that recursion over it is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "influx/wide_time.h"

namespace efd::influx {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

// The type after `::`, and the types of values. `unknown`: none was given.
enum class DataType {
  unknown,
  floating,
  integer,
  string,
  boolean,
  time,
  duration,
  tag,
  any_field,
  unsigned_integer
};
// "float", "integer", "tag", "field" ... as InfluxQL spells it.
std::string_view to_string(DataType type);

enum class Op {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  bit_and,
  bit_or,
  bit_xor,
  logical_and,
  logical_or,
  equal,
  not_equal,
  match,
  not_match,
  less,
  less_equal,
  greater,
  greater_equal,
  in,  // Parsed in WHERE (`a IN (b)`), but InfluxDB gives it no meaning there.
};
// "+", "AND", "=~" ...
std::string_view to_string(Op op);
// Binding strength: 5 `* / % &`, 4 `+ - | ^`, 3 comparisons, 2 AND, 1 OR. Equal ones group to the
// left.
int precedence(Op op);
// = != =~ !~ < <= > >=
bool is_comparison(Op op);

// A field, a tag, or `time`. A dotted name (a."b".c) is kept joined: "a.b.c".
struct VarRef {
  std::string name;
  DataType type = DataType::unknown;
};

// name(args...); the name is in lower case.
struct Call {
  std::string name;
  std::vector<ExprPtr> args;
};

struct BinaryExpr {
  Op op;
  ExprPtr lhs;
  ExprPtr rhs;
};

// Parentheses are kept, so that the text can be printed as it was.
struct ParenExpr {
  ExprPtr expr;
};

// DISTINCT field (without parentheses; with them it is the Call "distinct").
struct Distinct {
  std::string name;
};

// *, *::field, *::tag
struct Wildcard {
  enum class Kind { all, fields, tags };
  Kind kind = Kind::all;
};

// The text between the slashes with `\/` made `/`; Go RE2 syntax, not yet compiled.
struct RegexLiteral {
  std::string text;
};

struct NumberLiteral {
  double value = 0;
};
struct IntegerLiteral {
  int64_t value = 0;
};
// Only for values above the largest int64.
struct UnsignedLiteral {
  uint64_t value = 0;
};
struct StringLiteral {
  std::string value;
};
struct BooleanLiteral {
  bool value = false;
};
struct DurationLiteral {
  int64_t ns = 0;
};
// Made by reduction only: the text of a time is a StringLiteral until it is known to mean one.
struct TimeLiteral {
  WideTime value;
};
// Made by reduction only: a variable whose value is null.
struct NilLiteral {};

struct Expr {
  using Node = std::variant<VarRef, Call, BinaryExpr, ParenExpr, Distinct, Wildcard, RegexLiteral,
                            NumberLiteral, IntegerLiteral, UnsignedLiteral, StringLiteral,
                            BooleanLiteral, DurationLiteral, TimeLiteral, NilLiteral>;
  Node node;
  int height = 1;  // Nodes on the longest way down, this one included.

  explicit Expr(Node n);
};

// make_expr(Call{"mean", {make_expr(VarRef{"v"})}})
inline ExprPtr make_expr(Expr::Node node) {
  return std::make_shared<const Expr>(std::move(node));
}
inline ExprPtr make_binary(Op op, ExprPtr lhs, ExprPtr rhs) {
  return make_expr(BinaryExpr{op, std::move(lhs), std::move(rhs)});
}

// The node as a T, or null: `if (const Call* call = as<Call>(expr)) ...`. A null `expr` gives null.
template <class T>
const T* as(const ExprPtr& expr) {
  return expr ? std::get_if<T>(&expr->node) : nullptr;
}

// InfluxQL's canonical text of the expression; it parses to the same expression. "" for null.
std::string to_string(const ExprPtr& expr);

// Calls visit(expr) for `expr` and everything below it, parents first, left to right.
template <class Visit>
void for_each_expr(const ExprPtr& expr, const Visit& visit) {
  if (!expr) return;
  visit(expr);
  if (const auto* call = as<Call>(expr)) {
    for (const ExprPtr& arg : call->args) for_each_expr(arg, visit);
  } else if (const auto* binary = as<BinaryExpr>(expr)) {
    for_each_expr(binary->lhs, visit);
    for_each_expr(binary->rhs, visit);
  } else if (const auto* paren = as<ParenExpr>(expr)) {
    for_each_expr(paren->expr, visit);
  }
}

}  // namespace efd::influx
