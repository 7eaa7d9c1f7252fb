// SPDX-License-Identifier: MIT
#include "influx/parse_clauses.h"
#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

// [FOR 'module']
Result<std::string> parse_module(TokenStream& in) {
  if (!in.accept(Token::for_)) return std::string();
  return in.string();
}

// [WITH MEASUREMENT =|=~ name or regex]
Result<std::optional<Measurement>> parse_with_measurement(TokenStream& in) {
  if (!in.accept(Token::with)) return std::nullopt;
  EFD_TRY(in.expect({Token::measurement}));
  const Lexeme op = in.scan_word();
  if (op.token != Token::equal && op.token != Token::match) {
    return TokenStream::unexpected(op, {"=", "=~"});
  }
  EFD_ASSIGN(Source source, parse_source(in, Subqueries::forbidden));
  return std::get<Measurement>(std::move(source));
}

}  // namespace

Result<Statement> parse_show_diagnostics(TokenStream& in) {
  EFD_ASSIGN(std::string module, parse_module(in));
  return Statement(ShowDiagnosticsStatement{std::move(module)});
}

Result<Statement> parse_show_stats(TokenStream& in) {
  EFD_ASSIGN(std::string module, parse_module(in));
  return Statement(ShowStatsStatement{std::move(module)});
}

Result<Statement> parse_show_grants(TokenStream& in) {
  EFD_ASSIGN(std::string user, in.ident());
  return Statement(ShowGrantsStatement{std::move(user)});
}

Result<Statement> parse_show_retention_policies(TokenStream& in) {
  EFD_ASSIGN(std::string database, in.optional_name(Token::on));
  return Statement(ShowRetentionPoliciesStatement{std::move(database)});
}

Result<Statement> parse_show_measurements(TokenStream& in) {
  ShowMeasurementsStatement statement;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.measurement, parse_with_measurement(in));
  EFD_ASSIGN(statement.condition, parse_where(in));
  EFD_ASSIGN(statement.sort, parse_order_by(in));
  EFD_ASSIGN(statement.paging, parse_limit_offset(in));
  return Statement(std::move(statement));
}

Result<Statement> parse_show_series(TokenStream& in) {
  const bool exact = in.accept(Token::exact);
  if (in.accept(Token::cardinality)) {
    return parse_cardinality(in, ShowCardinalityStatement::Kind::series, exact);
  }
  ShowSeriesStatement statement;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  EFD_ASSIGN(statement.condition, parse_where(in));
  EFD_ASSIGN(statement.sort, parse_order_by(in));
  EFD_ASSIGN(statement.paging, parse_limit_offset(in));
  return Statement(std::move(statement));
}

Result<Statement> parse_show_tag_keys(TokenStream& in) {
  ShowTagKeysStatement statement;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  EFD_ASSIGN(statement.condition, parse_where(in));
  EFD_ASSIGN(statement.sort, parse_order_by(in));
  EFD_ASSIGN(statement.paging, parse_paging(in));
  return Statement(std::move(statement));
}

Result<Statement> parse_show_tag_values(TokenStream& in) {
  const Lexeme next = in.scan_word();
  if (next.token == Token::exact) EFD_TRY(in.expect({Token::cardinality}));
  if (next.token == Token::exact || next.token == Token::cardinality) {
    return parse_cardinality(in, ShowCardinalityStatement::Kind::tag_values,
                             next.token == Token::exact);
  }
  in.unscan();
  ShowTagValuesStatement statement;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  EFD_ASSIGN(statement.keys, parse_tag_key_filter(in));
  EFD_ASSIGN(statement.condition, parse_where(in));
  EFD_ASSIGN(statement.sort, parse_order_by(in));
  EFD_ASSIGN(statement.paging, parse_limit_offset(in));
  return Statement(std::move(statement));
}

Result<Statement> parse_show_field_keys(TokenStream& in) {
  ShowFieldKeysStatement statement;
  EFD_ASSIGN(statement.database, in.optional_name(Token::on));
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  EFD_ASSIGN(statement.sort, parse_order_by(in));
  EFD_ASSIGN(statement.paging, parse_limit_offset(in));
  return Statement(std::move(statement));
}

}  // namespace efd::influx
