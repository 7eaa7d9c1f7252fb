// SPDX-License-Identifier: MIT
// Continuous queries and subscriptions: what InfluxDB feeds by itself.
#include <algorithm>

#include "influx/duration.h"
#include "influx/parse_clauses.h"
#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

// [TOKEN duration]
Result<int64_t> optional_duration(TokenStream& in, Token token) {
  if (!in.accept(token)) return 0;
  const Lexeme next = in.scan_word();
  if (next.token != Token::duration_value) return TokenStream::unexpected(next, {"duration"});
  in.unscan();
  return in.duration();
}

// [RESAMPLE [EVERY d] [FOR d]], with at least one of them.
Result<void> parse_resample(TokenStream& in, CreateContinuousQueryStatement& statement) {
  if (!in.accept(Token::resample)) return {};
  EFD_ASSIGN(statement.resample_every_ns, optional_duration(in, Token::every));
  EFD_ASSIGN(statement.resample_for_ns, optional_duration(in, Token::for_));
  if (statement.resample_every_ns == 0 && statement.resample_for_ns == 0) {
    return TokenStream::unexpected(in.scan_word(), {"EVERY", "FOR"});
  }
  return {};
}

// A query that calls functions must say over which intervals.
Result<void> check_interval(TokenStream& in, const SelectStatement& select) {
  if (select.is_raw_query()) return {};
  const Result<int64_t> interval = select.group_by_interval_ns();
  if (interval && *interval != 0) return {};
  // InfluxDB shows the last word of the query.
  in.unscan();
  in.unscan();
  const Lexeme last = in.scan_word();
  if (interval) return TokenStream::unexpected(last, {"GROUP BY time(...)"});
  return TokenStream::unexpected(last, {"GROUP BY time(...)", interval.error().message});
}

Result<void> check_resample(const CreateContinuousQueryStatement& statement) {
  if (statement.resample_for_ns == 0) return {};
  EFD_ASSIGN(int64_t interval_ns, statement.select->group_by_interval_ns());
  interval_ns = std::max(interval_ns, statement.resample_every_ns);
  if (interval_ns <= statement.resample_for_ns) return {};
  return fail(ErrorCode::bad_input,
              "FOR duration must be >= GROUP BY time duration: must be a minimum of {}, got {}",
              format_duration(interval_ns), format_duration(statement.resample_for_ns));
}

// name ON database.policy
template <class Subscription>
Result<void> parse_subscription_name(TokenStream& in, Subscription& statement) {
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  EFD_TRY(in.expect_adjacent(Token::dot));
  EFD_ASSIGN(statement.policy, in.ident());
  return {};
}

}  // namespace

Result<Statement> parse_create_continuous_query(TokenStream& in) {
  CreateContinuousQueryStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  EFD_TRY(parse_resample(in, statement));
  EFD_TRY(in.expect({Token::begin, Token::select}));
  EFD_ASSIGN(statement.select, parse_select(in, Target::required));
  EFD_TRY(check_interval(in, *statement.select));
  EFD_TRY(in.expect({Token::end}));
  EFD_TRY(check_resample(statement));
  return Statement(std::move(statement));
}

Result<Statement> parse_drop_continuous_query(TokenStream& in) {
  DropContinuousQueryStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  return Statement(std::move(statement));
}

Result<Statement> parse_create_subscription(TokenStream& in) {
  using Mode = CreateSubscriptionStatement::Mode;
  CreateSubscriptionStatement statement;
  EFD_TRY(parse_subscription_name(in, statement));
  EFD_TRY(in.expect({Token::destinations}));
  const Lexeme mode = in.scan_word();
  if (mode.token != Token::all && mode.token != Token::any) {
    return TokenStream::unexpected(mode, {"ALL", "ANY"});
  }
  statement.mode = mode.token == Token::all ? Mode::all : Mode::any;
  EFD_ASSIGN(statement.destinations, in.string_list());
  return Statement(std::move(statement));
}

Result<Statement> parse_drop_subscription(TokenStream& in) {
  DropSubscriptionStatement statement;
  EFD_TRY(parse_subscription_name(in, statement));
  return Statement(std::move(statement));
}

}  // namespace efd::influx
