// SPDX-License-Identifier: MIT
#include "influx/parse_clauses.h"

#include <utility>

#include "influx/parse_expr.h"

namespace efd::influx {
namespace {

tl::unexpected<Error> only_time() {
  return fail(ErrorCode::bad_input, "only ORDER BY time supported at this time");
}

// "(" has been read.
Result<Source> parse_subquery(TokenStream& in) {
  EFD_TRY(in.expect({Token::select}));
  Subquery subquery;
  EFD_ASSIGN(subquery.select, parse_select(in, Target::optional));
  EFD_TRY(in.expect({Token::right_paren}));
  return Source(std::move(subquery));
}

// [database.][policy.]name, or the same with a regular expression for the name.
Result<Source> parse_measurement(TokenStream& in) {
  EFD_ASSIGN(std::vector<std::string> segments, parse_segments(in));
  Measurement measurement;
  if (segments.size() < 3) {
    EFD_ASSIGN(measurement.regex, parse_regex(in));
  }
  if (!measurement.regex) {
    measurement.name = std::move(segments.back());
    segments.pop_back();
  }
  if (!segments.empty()) {
    measurement.policy = std::move(segments.back());
    segments.pop_back();
  }
  if (!segments.empty()) measurement.database = std::move(segments.back());
  return Source(std::move(measurement));
}

Result<ExprPtr> parse_dimension(TokenStream& in) {
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (regex) return make_expr(RegexLiteral{std::move(*regex)});
  EFD_ASSIGN(ExprPtr dimension, parse_expression(in));
  in.skip_space();
  return dimension;
}

Result<SortField> parse_sort_field(TokenStream& in) {
  SortField field;
  EFD_ASSIGN(field.name, in.ident());
  if (in.accept(Token::desc)) {
    field.ascending = false;
  } else {
    in.accept(Token::asc);
  }
  return field;
}

Result<SortField> parse_first_sort_field(TokenStream& in) {
  const Lexeme first = in.scan_word();
  if (first.token == Token::asc || first.token == Token::desc) {
    return SortField{{}, first.token == Token::asc};
  }
  if (first.token != Token::ident) {
    return TokenStream::unexpected(first, {"identifier", "ASC", "DESC"});
  }
  in.unscan();
  EFD_ASSIGN(SortField field, parse_sort_field(in));
  if (field.name != "time") return only_time();
  return field;
}

}  // namespace

Result<Source> parse_source(TokenStream& in, Subqueries subqueries) {
  EFD_ASSIGN(std::optional<std::string> regex, parse_regex(in));
  if (regex) {
    Measurement measurement;
    measurement.regex = std::move(regex);
    return Source(std::move(measurement));
  }
  if (subqueries == Subqueries::allowed && in.accept(Token::left_paren)) return parse_subquery(in);
  return parse_measurement(in);
}

Result<std::vector<Source>> parse_sources(TokenStream& in, Subqueries subqueries) {
  std::vector<Source> sources;
  do {
    EFD_ASSIGN(sources.emplace_back(), parse_source(in, subqueries));
  } while (in.accept(Token::comma));
  return sources;
}

Result<std::vector<Source>> parse_optional_from(TokenStream& in) {
  if (!in.accept(Token::from)) return std::vector<Source>();
  return parse_sources(in, Subqueries::forbidden);
}

Result<ExprPtr> parse_where(TokenStream& in) {
  if (!in.accept(Token::where)) return ExprPtr();
  return parse_expression(in);
}

Result<std::vector<ExprPtr>> parse_group_by(TokenStream& in) {
  std::vector<ExprPtr> dimensions;
  if (!in.accept(Token::group)) return dimensions;
  EFD_TRY(in.expect({Token::by}));
  do {
    EFD_ASSIGN(dimensions.emplace_back(), parse_dimension(in));
  } while (in.scan().token == Token::comma);
  in.unscan();
  return dimensions;
}

Result<std::vector<SortField>> parse_order_by(TokenStream& in) {
  std::vector<SortField> fields;
  if (!in.accept(Token::order)) return fields;
  EFD_TRY(in.expect({Token::by}));
  EFD_ASSIGN(fields.emplace_back(), parse_first_sort_field(in));
  while (in.accept(Token::comma)) {
    EFD_ASSIGN(fields.emplace_back(), parse_sort_field(in));
  }
  if (fields.size() > 1) return only_time();
  return fields;
}

Result<Paging> parse_limit_offset(TokenStream& in) {
  Paging paging;
  EFD_ASSIGN(paging.limit, in.optional_count(Token::limit));
  EFD_ASSIGN(paging.offset, in.optional_count(Token::offset));
  return paging;
}

Result<Paging> parse_paging(TokenStream& in) {
  EFD_ASSIGN(Paging paging, parse_limit_offset(in));
  EFD_ASSIGN(paging.series_limit, in.optional_count(Token::slimit));
  EFD_ASSIGN(paging.series_offset, in.optional_count(Token::soffset));
  return paging;
}

}  // namespace efd::influx
