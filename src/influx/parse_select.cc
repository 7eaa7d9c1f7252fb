// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <utility>

#include "influx/parse_clauses.h"
#include "influx/parse_expr.h"

namespace efd::influx {
namespace {

// Operators that give a boolean belong into WHERE.
bool is_condition(Op op) {
  return is_comparison(op) || op == Op::logical_and || op == Op::logical_or;
}

// The first such operator in reading order of the tree, parents first.
std::optional<Op> find_condition(const ExprPtr& expr) {
  std::optional<Op> found;
  for_each_expr(expr, [&found](const ExprPtr& node) {
    const auto* binary = as<BinaryExpr>(node);
    if (!found && binary && is_condition(binary->op)) found = binary->op;
  });
  return found;
}

Result<ExprPtr> parse_field_expression(TokenStream& in) {
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (regex) return make_expr(RegexLiteral{std::move(*regex)});
  const Position position = in.scan_word().position;
  in.unscan();
  EFD_ASSIGN(ExprPtr expr, parse_expression(in));
  if (const std::optional<Op> op = find_condition(expr)) {
    return fail(ErrorCode::bad_input,
                "invalid operator {} in SELECT clause at line {}, char {}; operator is intended "
                "for WHERE clause",
                to_string(*op), position.line + 1, position.character + 1);
  }
  return expr;
}

Result<std::vector<Field>> parse_fields(TokenStream& in) {
  std::vector<Field> fields;
  do {
    Field field;
    EFD_ASSIGN(field.expr, parse_field_expression(in));
    EFD_ASSIGN(field.alias, in.optional_name(Token::as));
    in.skip_space();
    fields.push_back(std::move(field));
  } while (in.scan().token == Token::comma);
  in.unscan();
  return fields;
}

// INTO [database.][policy.]name, or :MEASUREMENT for the name.
Result<Measurement> parse_target(TokenStream& in) {
  EFD_ASSIGN(std::vector<std::string> segments, parse_segments(in));
  if (segments.size() < 3 && in.peek() == ':') {
    EFD_TRY(in.expect({Token::colon, Token::measurement}));
    segments.emplace_back();
  }
  Measurement target;
  target.is_target = true;
  target.name = std::move(segments.back());
  if (segments.size() > 1) target.policy = std::move(segments[segments.size() - 2]);
  if (segments.size() > 2) target.database = std::move(segments.front());
  return target;
}

Result<std::optional<Measurement>> parse_into(TokenStream& in, Target target) {
  const Lexeme next = in.scan_word();
  if (next.token == Token::into) return parse_target(in);
  if (target == Target::required) return TokenStream::unexpected(next, {"INTO"});
  in.unscan();
  return std::nullopt;
}

// fill(...) and tz(...) are calls behind the GROUP BY clause, told by their names.
bool next_is_call(TokenStream& in, std::string_view name) {
  const Lexeme next = in.scan_word();
  in.unscan();
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return next.token == Token::ident &&
         std::equal(next.text.begin(), next.text.end(), name.begin(), name.end(), same);
}

Result<Fill> fill_of(const ExprPtr& argument) {
  const std::string text = to_string(argument);
  if (text == "null") return Fill{};
  if (text == "none") return Fill{Fill::Kind::none, {}};
  if (text == "previous") return Fill{Fill::Kind::previous, {}};
  if (text == "linear") return Fill{Fill::Kind::linear, {}};
  if (const auto* integer = as<IntegerLiteral>(argument)) {
    return Fill{Fill::Kind::number, integer->value};
  }
  if (const auto* number = as<NumberLiteral>(argument)) {
    return Fill{Fill::Kind::number, number->value};
  }
  return fail(ErrorCode::bad_input, "expected number argument in fill()");
}

Result<Fill> parse_fill(TokenStream& in) {
  if (!next_is_call(in, "fill")) return Fill{};
  EFD_ASSIGN(const ExprPtr expr, parse_expression(in));
  const auto* call = as<Call>(expr);
  if (!call) return fail(ErrorCode::bad_input, "fill must be a function call");
  if (call->args.size() != 1) {
    return fail(ErrorCode::bad_input,
                "fill requires an argument, e.g.: 0, null, none, previous, linear");
  }
  return fill_of(call->args.front());
}

Result<std::string> parse_time_zone(TokenStream& in) {
  if (!next_is_call(in, "tz")) return std::string();
  EFD_ASSIGN(const ExprPtr expr, parse_expression(in));
  const auto* call = as<Call>(expr);
  if (!call) return fail(ErrorCode::bad_input, "tz must be a function call");
  if (call->args.size() != 1) {
    return fail(ErrorCode::bad_input, "tz requires exactly one argument");
  }
  const auto* name = as<StringLiteral>(call->args.front());
  if (!name) return fail(ErrorCode::bad_input, "expected string argument in tz()");
  if (name->value.empty()) return std::string("UTC");
  if (in.options().has_time_zone && !in.options().has_time_zone(name->value)) {
    return fail(ErrorCode::bad_input, "unable to find time zone {}", name->value);
  }
  return name->value;
}

}  // namespace

Result<std::shared_ptr<const SelectStatement>> parse_select(TokenStream& in, Target target) {
  const TokenStream::Level level(in);
  EFD_TRY(level.ok());
  auto select = std::make_shared<SelectStatement>();
  EFD_ASSIGN(select->fields, parse_fields(in));
  EFD_ASSIGN(select->target, parse_into(in, target));
  EFD_TRY(in.expect({Token::from}));
  EFD_ASSIGN(select->sources, parse_sources(in, Subqueries::allowed));
  EFD_ASSIGN(select->condition, parse_where(in));
  EFD_ASSIGN(select->dimensions, parse_group_by(in));
  EFD_ASSIGN(select->fill, parse_fill(in));
  EFD_ASSIGN(select->sort, parse_order_by(in));
  EFD_ASSIGN(select->paging, parse_paging(in));
  EFD_ASSIGN(select->time_zone, parse_time_zone(in));
  return std::shared_ptr<const SelectStatement>(std::move(select));
}

}  // namespace efd::influx
