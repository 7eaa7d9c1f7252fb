// SPDX-License-Identifier: MIT
#include "influx/token.h"

#include <algorithm>
#include <array>
#include <string>

namespace efd::influx {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 117> kNames = {"ILLEGAL",
                                                      "EOF",
                                                      "WS",
                                                      "",
                                                      "IDENT",
                                                      "",
                                                      "NUMBER",
                                                      "",
                                                      "DURATIONVAL",
                                                      "STRING",
                                                      "BADSTRING",
                                                      "BADESCAPE",
                                                      "REGEX",
                                                      "",
                                                      "+",
                                                      "-",
                                                      "*",
                                                      "/",
                                                      "%",
                                                      "&",
                                                      "|",
                                                      "^",
                                                      "=",
                                                      "!=",
                                                      "=~",
                                                      "!~",
                                                      "<",
                                                      "<=",
                                                      ">",
                                                      ">=",
                                                      "(",
                                                      ")",
                                                      ",",
                                                      ":",
                                                      "::",
                                                      ";",
                                                      ".",
                                                      "ALL",
                                                      "ALTER",
                                                      "ANALYZE",
                                                      "AND",
                                                      "ANY",
                                                      "AS",
                                                      "ASC",
                                                      "BEGIN",
                                                      "BY",
                                                      "CARDINALITY",
                                                      "CONTINUOUS",
                                                      "CREATE",
                                                      "DATABASE",
                                                      "DATABASES",
                                                      "DEFAULT",
                                                      "DELETE",
                                                      "DESC",
                                                      "DESTINATIONS",
                                                      "DIAGNOSTICS",
                                                      "DISTINCT",
                                                      "DROP",
                                                      "DURATION",
                                                      "END",
                                                      "EVERY",
                                                      "EXACT",
                                                      "EXPLAIN",
                                                      "FALSE",
                                                      "FIELD",
                                                      "FOR",
                                                      "FROM",
                                                      "GRANT",
                                                      "GRANTS",
                                                      "GROUP",
                                                      "GROUPS",
                                                      "IN",
                                                      "INF",
                                                      "INSERT",
                                                      "INTO",
                                                      "KEY",
                                                      "KEYS",
                                                      "KILL",
                                                      "LIMIT",
                                                      "MEASUREMENT",
                                                      "MEASUREMENTS",
                                                      "NAME",
                                                      "OFFSET",
                                                      "ON",
                                                      "OR",
                                                      "ORDER",
                                                      "PASSWORD",
                                                      "POLICIES",
                                                      "POLICY",
                                                      "PRIVILEGES",
                                                      "QUERIES",
                                                      "QUERY",
                                                      "READ",
                                                      "REPLICATION",
                                                      "RESAMPLE",
                                                      "RETENTION",
                                                      "REVOKE",
                                                      "SELECT",
                                                      "SERIES",
                                                      "SET",
                                                      "SHARD",
                                                      "SHARDS",
                                                      "SHOW",
                                                      "SLIMIT",
                                                      "SOFFSET",
                                                      "STATS",
                                                      "SUBSCRIPTION",
                                                      "SUBSCRIPTIONS",
                                                      "TAG",
                                                      "TO",
                                                      "TRUE",
                                                      "USER",
                                                      "USERS",
                                                      "VALUES",
                                                      "WHERE",
                                                      "WITH",
                                                      "WRITE"};
static_assert(kNames.size() == static_cast<size_t>(Token::write) + 1);

constexpr size_t kFirstKeyword = static_cast<size_t>(Token::all);
constexpr size_t kLongestKeyword = 13;

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string_view to_string(Token token) {
  return kNames[static_cast<size_t>(token)];
}

Token keyword(std::string_view name) {
  if (name.size() > kLongestKeyword) return Token::ident;
  std::string word(name);
  std::transform(word.begin(), word.end(), word.begin(), upper);
  const auto* const found = std::lower_bound(kNames.begin() + kFirstKeyword, kNames.end(), word);
  if (found == kNames.end() || *found != word) return Token::ident;
  return static_cast<Token>(found - kNames.begin());
}

}  // namespace efd::influx
