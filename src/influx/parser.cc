// SPDX-License-Identifier: MIT
#include "influx/parser.h"

#include <algorithm>
#include <array>

#include "influx/parse_expr.h"
#include "influx/parse_statement.h"
#include "influx/token_stream.h"

namespace efd::influx {
namespace {

// The words that name a statement, and who reads the rest.
struct Entry {
  std::array<Token, 3> words;  // Token::end_of_text: no further word.
  StatementParser parse;
};

template <class Plain>
Result<Statement> plain(TokenStream&) {
  return Statement(Plain{});
}

using T = Token;
constexpr Token kNone = Token::end_of_text;
// Error texts name the possible words in this order.
constexpr Entry kStatements[] = {
    {{T::select, kNone, kNone}, parse_select_statement},
    {{T::delete_, kNone, kNone}, parse_delete},
    {{T::show, T::continuous, T::queries}, plain<ShowContinuousQueriesStatement>},
    {{T::show, T::databases, kNone}, plain<ShowDatabasesStatement>},
    {{T::show, T::diagnostics, kNone}, parse_show_diagnostics},
    {{T::show, T::field, T::key}, parse_field_key_cardinality},
    {{T::show, T::field, T::keys}, parse_show_field_keys},
    {{T::show, T::grants, T::for_}, parse_show_grants},
    {{T::show, T::measurement, T::exact}, parse_measurement_exact_cardinality},
    {{T::show, T::measurement, T::cardinality}, parse_measurement_cardinality},
    {{T::show, T::measurements, kNone}, parse_show_measurements},
    {{T::show, T::queries, kNone}, plain<ShowQueriesStatement>},
    {{T::show, T::retention, T::policies}, parse_show_retention_policies},
    {{T::show, T::series, kNone}, parse_show_series},
    {{T::show, T::shard, T::groups}, plain<ShowShardGroupsStatement>},
    {{T::show, T::shards, kNone}, plain<ShowShardsStatement>},
    {{T::show, T::stats, kNone}, parse_show_stats},
    {{T::show, T::subscriptions, kNone}, plain<ShowSubscriptionsStatement>},
    {{T::show, T::tag, T::key}, parse_tag_key_cardinality},
    {{T::show, T::tag, T::keys}, parse_show_tag_keys},
    {{T::show, T::tag, T::values}, parse_show_tag_values},
    {{T::show, T::users, kNone}, plain<ShowUsersStatement>},
    {{T::create, T::continuous, T::query}, parse_create_continuous_query},
    {{T::create, T::database, kNone}, parse_create_database},
    {{T::create, T::user, kNone}, parse_create_user},
    {{T::create, T::retention, T::policy}, parse_create_retention_policy},
    {{T::create, T::subscription, kNone}, parse_create_subscription},
    {{T::drop, T::continuous, T::query}, parse_drop_continuous_query},
    {{T::drop, T::database, kNone}, parse_drop_database},
    {{T::drop, T::measurement, kNone}, parse_drop_measurement},
    {{T::drop, T::retention, T::policy}, parse_drop_retention_policy},
    {{T::drop, T::series, kNone}, parse_drop_series},
    {{T::drop, T::shard, kNone}, parse_drop_shard},
    {{T::drop, T::subscription, kNone}, parse_drop_subscription},
    {{T::drop, T::user, kNone}, parse_drop_user},
    {{T::explain, kNone, kNone}, parse_explain},
    {{T::grant, kNone, kNone}, parse_grant},
    {{T::revoke, kNone, kNone}, parse_revoke},
    {{T::alter, T::retention, T::policy}, parse_alter_retention_policy},
    {{T::set, T::password, T::for_}, parse_set_password},
    {{T::kill, T::query, kNone}, parse_kill_query},
};

bool starts_with(const Entry& entry, const std::vector<Token>& words) {
  return std::equal(words.begin(), words.end(), entry.words.begin());
}

// The words that may follow `words`.
std::vector<std::string_view> possible_words(const std::vector<Token>& words) {
  std::vector<std::string_view> names;
  for (const Entry& entry : kStatements) {
    if (!starts_with(entry, words)) continue;
    const std::string_view name = to_string(entry.words[words.size()]);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

// The statement that `words` names; null: more words are needed, or there is none.
const Entry* find_entry(std::vector<Token> words) {
  const size_t count = words.size();
  words.resize(3, kNone);
  const auto* const found =
      std::find_if(std::begin(kStatements), std::end(kStatements),
                   [&words](const Entry& entry) { return starts_with(entry, words); });
  return found == std::end(kStatements) || count == 0 ? nullptr : found;
}

Result<Statement> parse_one(TokenStream& in) {
  std::vector<Token> words;
  for (;;) {
    const Lexeme next = in.scan_word();
    const std::vector<std::string_view> possible = possible_words(words);
    if (std::find(possible.begin(), possible.end(), to_string(next.token)) == possible.end()) {
      return TokenStream::unexpected(next, possible);
    }
    words.push_back(next.token);
    if (const Entry* entry = find_entry(words)) return entry->parse(in);
  }
}

Result<std::vector<Statement>> parse_all(TokenStream& in) {
  std::vector<Statement> statements;
  bool is_separated = true;
  for (;;) {
    const Lexeme next = in.scan_word();
    if (next.token == Token::end_of_text) return statements;
    if (next.token == Token::semicolon) {
      is_separated = true;
      continue;
    }
    if (!is_separated) return TokenStream::unexpected(next, {";"});
    in.unscan();
    EFD_ASSIGN(statements.emplace_back(), parse_one(in));
    is_separated = false;
  }
}

template <class Parse>
auto parse_bounded(std::string_view text, const ParseOptions& options, Parse parse)
    -> decltype(parse(std::declval<TokenStream&>())) {
  if (text.size() > kMaxQueryBytes) {
    return fail(ErrorCode::bad_input, "query is longer than {} bytes: split it", kMaxQueryBytes);
  }
  TokenStream in(text, options);
  return parse(in);
}

}  // namespace

Result<std::vector<Statement>> parse_query(std::string_view text, const ParseOptions& options) {
  return parse_bounded(text, options, parse_all);
}

Result<Statement> parse_statement(std::string_view text, const ParseOptions& options) {
  return parse_bounded(text, options, parse_one);
}

Result<ExprPtr> parse_expr(std::string_view text, const ParseOptions& options) {
  return parse_bounded(text, options, parse_expression);
}

}  // namespace efd::influx
