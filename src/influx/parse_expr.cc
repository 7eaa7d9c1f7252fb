// SPDX-License-Identifier: MIT
#include "influx/parse_expr.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "influx/duration.h"
#include "influx/quote.h"

namespace efd::influx {
namespace {

Result<ExprPtr> parse_unary(TokenStream& in);

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

// The node, unless it stands too high.
Result<ExprPtr> bounded(Expr::Node node) {
  ExprPtr expr = make_expr(std::move(node));
  if (expr->height <= kMaxExprHeight) return expr;
  return fail(ErrorCode::bad_input, "expression has more than {} operators in a row: split it",
              kMaxExprHeight);
}

struct TokenOp {
  Token token;
  Op op;
};
constexpr TokenOp kOperators[] = {
    {Token::plus, Op::add},
    {Token::minus, Op::subtract},
    {Token::star, Op::multiply},
    {Token::slash, Op::divide},
    {Token::percent, Op::modulo},
    {Token::ampersand, Op::bit_and},
    {Token::pipe, Op::bit_or},
    {Token::caret, Op::bit_xor},
    {Token::and_, Op::logical_and},
    {Token::or_, Op::logical_or},
    {Token::equal, Op::equal},
    {Token::not_equal, Op::not_equal},
    {Token::match, Op::match},
    {Token::not_match, Op::not_match},
    {Token::less, Op::less},
    {Token::less_equal, Op::less_equal},
    {Token::greater, Op::greater},
    {Token::greater_equal, Op::greater_equal},
    {Token::in, Op::in},
};

std::optional<Op> operator_of(Token token) {
  for (const TokenOp& entry : kOperators) {
    if (entry.token == token) return entry.op;
  }
  return std::nullopt;
}

// The right side of =~ and !~ must be a regular expression.
Result<ExprPtr> parse_right_side(TokenStream& in, Op op) {
  if (op != Op::match && op != Op::not_match) return parse_unary(in);
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (!regex) return TokenStream::unexpected(in.scan_word(), {"regex"});
  return make_expr(RegexLiteral{std::move(*regex)});
}

// Continues `left` with all operators that bind at least as strongly as `weakest`; equal ones group
// to the left.
Result<ExprPtr> parse_operators(TokenStream& in, ExprPtr left, int weakest) {
  for (;;) {
    const std::optional<Op> op = operator_of(in.scan_word().token);
    if (!op || precedence(*op) < weakest) {
      in.unscan();
      return left;
    }
    EFD_ASSIGN(ExprPtr right, parse_right_side(in, *op));
    EFD_ASSIGN(right, parse_operators(in, std::move(right), precedence(*op) + 1));
    EFD_ASSIGN(left, bounded(BinaryExpr{*op, std::move(left), std::move(right)}));
  }
}

Result<ExprPtr> parse_paren(TokenStream& in) {
  EFD_ASSIGN(ExprPtr inner, parse_expression(in));
  EFD_TRY(in.expect({Token::right_paren}));
  return bounded(ParenExpr{std::move(inner)});
}

Result<ExprPtr> parse_argument(TokenStream& in) {
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (regex) return make_expr(RegexLiteral{std::move(*regex)});
  return parse_expression(in);
}

// name( has been read.
Result<ExprPtr> parse_call(TokenStream& in, std::string_view name) {
  Call call{lower(std::string(name)), {}};
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (regex) {
    call.args.push_back(make_expr(RegexLiteral{std::move(*regex)}));
  } else {
    if (in.scan().token == Token::right_paren) return make_expr(std::move(call));
    in.unscan();
    EFD_ASSIGN(call.args.emplace_back(), parse_expression(in));
  }
  while (in.accept(Token::comma)) {
    EFD_ASSIGN(call.args.emplace_back(), parse_argument(in));
  }
  EFD_TRY(in.expect_adjacent(Token::right_paren));
  return bounded(std::move(call));
}

// What follows "::" of a reference.
Result<DataType> parse_type(TokenStream& in) {
  const Lexeme found = in.scan();
  if (found.token == Token::field) return DataType::any_field;
  if (found.token == Token::tag) return DataType::tag;
  if (found.token != Token::ident) {
    return TokenStream::unexpected(found,
                                   {"float", "integer", "string", "boolean", "field", "tag"});
  }
  const std::string name = lower(found.text);
  for (const DataType type : {DataType::floating, DataType::integer, DataType::unsigned_integer,
                              DataType::string, DataType::boolean}) {
    if (name == to_string(type)) return type;
  }
  return TokenStream::unexpected(
      found, {"float", "integer", "unsigned", "string", "boolean", "field", "tag"});
}

Result<ExprPtr> parse_reference(TokenStream& in) {
  EFD_ASSIGN(const std::vector<std::string> segments, parse_segments(in));
  VarRef ref{segments.front()};
  for (size_t i = 1; i < segments.size(); ++i) ref.name += "." + segments[i];
  if (in.scan().token == Token::double_colon) {
    EFD_ASSIGN(ref.type, parse_type(in));
  } else {
    in.unscan();
  }
  return make_expr(std::move(ref));
}

// An identifier has been read: a call if a parenthesis follows at once, else a reference.
Result<ExprPtr> parse_named(TokenStream& in, const Lexeme& name) {
  if (in.scan().token == Token::left_paren) return parse_call(in, name.text);
  in.unscan();
  in.unscan();
  return parse_reference(in);
}

Result<ExprPtr> parse_distinct(TokenStream& in) {
  const Lexeme next = in.scan();
  if (next.token == Token::left_paren) return parse_call(in, "distinct");
  if (next.token != Token::space) return TokenStream::unexpected(next, {"(", "identifier"});
  EFD_ASSIGN(std::string name, in.ident());
  return make_expr(Distinct{std::move(name)});
}

Result<ExprPtr> parse_wildcard(TokenStream& in) {
  if (in.scan().token != Token::double_colon) {
    in.unscan();
    return make_expr(Wildcard{});
  }
  const Lexeme kind = in.scan();
  if (kind.token == Token::field) return make_expr(Wildcard{Wildcard::Kind::fields});
  if (kind.token == Token::tag) return make_expr(Wildcard{Wildcard::Kind::tags});
  return TokenStream::unexpected(kind, {"field", "tag"});
}

Result<ExprPtr> number_literal(const Lexeme& found) {
  double value = 0;
  const char* const end = found.text.data() + found.text.size();
  const auto [stop, error] = std::from_chars(found.text.data(), end, value);
  const bool too_small = found.text.find_first_not_of("-0") == found.text.find('.');
  if (error == std::errc::result_out_of_range && too_small) return make_expr(NumberLiteral{0});
  if (error != std::errc() || stop != end) {
    return TokenStream::fail_at(found.position, "unable to parse number");
  }
  return make_expr(NumberLiteral{value});
}

Result<ExprPtr> integer_literal(const Lexeme& found) {
  const char* const begin = found.text.data();
  const char* const end = begin + found.text.size();
  int64_t value = 0;
  if (std::from_chars(begin, end, value).ec == std::errc()) {
    return make_expr(IntegerLiteral{value});
  }
  uint64_t large = 0;
  if (std::from_chars(begin, end, large).ec == std::errc()) {
    return make_expr(UnsignedLiteral{large});
  }
  return TokenStream::fail_at(found.position, "unable to parse integer");
}

Result<ExprPtr> duration_literal(const Lexeme& found) {
  EFD_ASSIGN(const int64_t ns, parse_duration(found.text));
  return make_expr(DurationLiteral{ns});
}

// A regular expression that a bind parameter brought.
Result<ExprPtr> regex_literal(TokenStream& in, const Lexeme& found) {
  if (in.options().check_regex) {
    const Result<void> compiles = in.options().check_regex(found.text);
    if (!compiles) return TokenStream::fail_at(found.position, compiles.error().message);
  }
  return make_expr(RegexLiteral{found.text});
}

int64_t negated(int64_t value) {
  return static_cast<int64_t>(0 - static_cast<uint64_t>(value));
}

Result<ExprPtr> negate(const ExprPtr& expr) {
  constexpr uint64_t kLowest = uint64_t{1} << 63;
  if (const auto* number = as<NumberLiteral>(expr)) return make_expr(NumberLiteral{-number->value});
  if (const auto* integer = as<IntegerLiteral>(expr)) {
    return make_expr(IntegerLiteral{negated(integer->value)});
  }
  if (const auto* duration = as<DurationLiteral>(expr)) {
    return make_expr(DurationLiteral{negated(duration->ns)});
  }
  if (const auto* large = as<UnsignedLiteral>(expr)) {
    if (large->value == kLowest) {
      return make_expr(IntegerLiteral{std::numeric_limits<int64_t>::min()});
    }
    return fail(ErrorCode::bad_input, "constant -{} underflows int64", large->value);
  }
  return bounded(BinaryExpr{Op::multiply, make_expr(IntegerLiteral{-1}), expr});
}

// '+' or '-' has been read.
Result<ExprPtr> parse_signed(TokenStream& in, bool negative) {
  const Lexeme next = in.scan_word();
  switch (next.token) {
    case Token::number:
    case Token::integer:
    case Token::duration_value:
    case Token::left_paren:
    case Token::ident:
      break;
    default:
      return TokenStream::unexpected(next, {"identifier", "number", "duration", "("});
  }
  in.unscan();
  EFD_ASSIGN(ExprPtr operand, parse_unary(in));
  if (negative) return negate(operand);
  const bool is_literal = next.token != Token::left_paren && next.token != Token::ident;
  if (is_literal) return operand;
  return bounded(BinaryExpr{Op::multiply, make_expr(IntegerLiteral{1}), std::move(operand)});
}

Result<ExprPtr> parse_unary(TokenStream& in) {
  const Lexeme found = in.scan_word();
  switch (found.token) {
    case Token::left_paren:
      return parse_paren(in);
    case Token::ident:
      return parse_named(in, found);
    case Token::distinct:
      return parse_distinct(in);
    case Token::string:
      return make_expr(StringLiteral{found.text});
    case Token::number:
      return number_literal(found);
    case Token::integer:
      return integer_literal(found);
    case Token::true_:
      return make_expr(BooleanLiteral{true});
    case Token::false_:
      return make_expr(BooleanLiteral{false});
    case Token::duration_value:
      return duration_literal(found);
    case Token::star:
      return parse_wildcard(in);
    case Token::regex:
      return regex_literal(in, found);
    case Token::bound_param:
      return in.explain_bound_param(found.text.substr(1));
    case Token::plus:
      return parse_signed(in, false);
    case Token::minus:
      return parse_signed(in, true);
    default:
      return TokenStream::unexpected(found, {"identifier", "string", "number", "bool"});
  }
}

}  // namespace

Result<ExprPtr> parse_expression(TokenStream& in) {
  const TokenStream::Level level(in);
  EFD_TRY(level.ok());
  EFD_ASSIGN(ExprPtr first, parse_unary(in));
  return parse_operators(in, std::move(first), 1);
}

Result<std::optional<std::string>> parse_regex(TokenStream& in) {
  if (is_space(in.peek())) in.skip_space();
  const char32_t next = in.peek();
  if (next == '$') {
    const Lexeme param = in.scan();
    in.unscan();
    if (param.token != Token::regex) return std::nullopt;
  } else if (next != '/') {
    return std::nullopt;
  }
  const Lexeme found = in.scan_regex();
  if (found.token == Token::bad_regex) {
    return TokenStream::fail_at(found.position, "bad regex: " + found.text);
  }
  if (found.token != Token::regex) return TokenStream::unexpected(found, {"regex"});
  EFD_TRY(regex_literal(in, found));
  return std::optional<std::string>(found.text);
}

Result<std::vector<std::string>> parse_segments(TokenStream& in) {
  std::vector<std::string> segments;
  EFD_ASSIGN(segments.emplace_back(), in.ident());
  while (in.scan().token == Token::dot) {
    const char32_t next = in.peek();
    if (next == '/' || next == ':') return segments;
    if (next == '.') {
      segments.emplace_back();
    } else {
      EFD_ASSIGN(segments.emplace_back(), in.ident());
    }
  }
  in.unscan();
  if (segments.size() > 3) {
    return TokenStream::fail_at({}, "too many segments in " + quote_ident(segments));
  }
  return segments;
}

}  // namespace efd::influx
