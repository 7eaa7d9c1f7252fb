// SPDX-License-Identifier: MIT
// SHOW ... [EXACT] CARDINALITY, and the WITH KEY clause that SHOW TAG VALUES shares with it.
#include "influx/parse_clauses.h"
#include "influx/parse_expr.h"
#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

using Kind = ShowCardinalityStatement::Kind;

// SHOW TAG KEY and SHOW FIELD KEY: [EXACT] CARDINALITY comes next.
Result<Statement> parse_key_cardinality(TokenStream& in, Kind kind) {
  const bool exact = in.accept(Token::exact);
  const Lexeme next = in.scan_word();
  if (next.token == Token::cardinality) return parse_cardinality(in, kind, exact);
  if (exact) return TokenStream::unexpected(next, {"CARDINALITY"});
  return TokenStream::unexpected(next, {"EXACT", "CARDINALITY"});
}

// IN has been read.
Result<TagKeyFilter> parse_key_list(TokenStream& in) {
  TagKeyFilter filter{TagKeyFilter::Kind::in, {}, {}};
  EFD_TRY(in.expect({Token::left_paren}));
  EFD_ASSIGN(filter.keys, in.ident_list());
  EFD_TRY(in.expect({Token::right_paren}));
  return filter;
}

Result<TagKeyFilter> parse_one_key(TokenStream& in, TagKeyFilter::Kind kind) {
  EFD_ASSIGN(std::string key, in.ident());
  return TagKeyFilter{kind, {std::move(key)}, {}};
}

Result<TagKeyFilter> parse_key_regex(TokenStream& in, TagKeyFilter::Kind kind) {
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (!regex) return TokenStream::unexpected(in.scan_word(), {"regex"});
  return TagKeyFilter{kind, {}, std::move(*regex)};
}

}  // namespace

Result<TagKeyFilter> parse_tag_key_filter(TokenStream& in) {
  EFD_TRY(in.expect({Token::with, Token::key}));
  const Lexeme op = in.scan_word();
  switch (op.token) {
    case Token::in:
      return parse_key_list(in);
    case Token::equal:
      return parse_one_key(in, TagKeyFilter::Kind::equal);
    case Token::not_equal:
      return parse_one_key(in, TagKeyFilter::Kind::not_equal);
    case Token::match:
      return parse_key_regex(in, TagKeyFilter::Kind::match);
    case Token::not_match:
      return parse_key_regex(in, TagKeyFilter::Kind::not_match);
    default:
      return TokenStream::unexpected(op, {"IN", "=", "=~"});
  }
}

Result<Statement> parse_cardinality(TokenStream& in, Kind kind, bool exact) {
  ShowCardinalityStatement statement;
  statement.kind = kind;
  statement.exact = exact;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  if (kind == Kind::tag_values) {
    EFD_ASSIGN(statement.keys, parse_tag_key_filter(in));
  }
  EFD_ASSIGN(statement.condition, parse_where(in));
  EFD_ASSIGN(statement.dimensions, parse_group_by(in));
  EFD_ASSIGN(statement.paging, parse_limit_offset(in));
  return Statement(std::move(statement));
}

Result<Statement> parse_field_key_cardinality(TokenStream& in) {
  return parse_key_cardinality(in, Kind::field_key);
}

Result<Statement> parse_tag_key_cardinality(TokenStream& in) {
  return parse_key_cardinality(in, Kind::tag_key);
}

Result<Statement> parse_measurement_cardinality(TokenStream& in) {
  return parse_cardinality(in, Kind::measurement, false);
}

Result<Statement> parse_measurement_exact_cardinality(TokenStream& in) {
  EFD_TRY(in.expect({Token::cardinality}));
  return parse_cardinality(in, Kind::measurement, true);
}

}  // namespace efd::influx
