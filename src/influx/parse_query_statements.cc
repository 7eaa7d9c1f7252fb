// SPDX-License-Identifier: MIT
// Statements about data and running queries.
#include "influx/parse_clauses.h"
#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

// Deletions reach all retention policies of the database of the request.
Result<void> check_unqualified(const std::vector<Source>& sources) {
  const char* problem = nullptr;
  for (const Source& source : sources) {
    const auto* measurement = std::get_if<Measurement>(&source);
    if (!measurement) continue;
    if (!measurement->database.empty()) problem = "database not supported";
    if (!measurement->policy.empty()) problem = "retention policy not supported";
  }
  if (problem) return TokenStream::fail_at({}, problem);
  return {};
}

// [FROM sources] [WHERE condition], at least one of them.
template <class Deletion>
Result<Statement> parse_deletion(TokenStream& in) {
  Deletion statement;
  const Lexeme next = in.scan_word();
  in.unscan();
  EFD_ASSIGN(statement.sources, parse_optional_from(in));
  EFD_TRY(check_unqualified(statement.sources));
  EFD_ASSIGN(statement.condition, parse_where(in));
  if (statement.sources.empty() && !statement.condition) {
    return TokenStream::unexpected(next, {"FROM", "WHERE"});
  }
  return Statement(std::move(statement));
}

}  // namespace

Result<Statement> parse_select_statement(TokenStream& in) {
  EFD_ASSIGN(const auto select, parse_select(in, Target::optional));
  return Statement(*select);
}

Result<Statement> parse_explain(TokenStream& in) {
  ExplainStatement statement;
  statement.analyze = in.accept(Token::analyze);
  EFD_TRY(in.expect({Token::select}));
  EFD_ASSIGN(statement.select, parse_select(in, Target::optional));
  return Statement(std::move(statement));
}

Result<Statement> parse_delete(TokenStream& in) {
  return parse_deletion<DeleteStatement>(in);
}

Result<Statement> parse_drop_series(TokenStream& in) {
  return parse_deletion<DropSeriesStatement>(in);
}

Result<Statement> parse_drop_measurement(TokenStream& in) {
  EFD_ASSIGN(std::string name, in.ident());
  return Statement(DropMeasurementStatement{std::move(name)});
}

Result<Statement> parse_drop_shard(TokenStream& in) {
  EFD_ASSIGN(const uint64_t id, in.unsigned_integer());
  return Statement(DropShardStatement{id});
}

Result<Statement> parse_kill_query(TokenStream& in) {
  KillQueryStatement statement;
  EFD_ASSIGN(statement.id, in.unsigned_integer());
  EFD_ASSIGN(statement.host, in.optional_name(Token::on));
  return Statement(std::move(statement));
}

}  // namespace efd::influx
