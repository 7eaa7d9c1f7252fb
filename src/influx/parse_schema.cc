// SPDX-License-Identifier: MIT
// Databases and retention policies.
#include <algorithm>
#include <limits>

#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

constexpr int kMaxReplication = std::numeric_limits<int32_t>::max();

// The DURATION d behind SHARD; INF is no duration of a shard.
Result<int64_t> parse_shard_duration(TokenStream& in) {
  EFD_TRY(in.expect({Token::duration}));
  const Lexeme next = in.scan_word();
  if (next.token == Token::inf) {
    return TokenStream::fail_at(next.position, "invalid duration INF for shard duration");
  }
  in.unscan();
  return in.duration();
}

// At least one option must follow WITH.
Result<void> check_database_option(TokenStream& in) {
  const Lexeme next = in.scan_word();
  switch (next.token) {
    case Token::duration:
    case Token::name:
    case Token::replication:
    case Token::shard:
      in.unscan();
      return {};
    default:
      return TokenStream::unexpected(next, {"DURATION", "NAME", "REPLICATION", "SHARD"});
  }
}

Result<void> parse_database_options(TokenStream& in, CreateDatabaseStatement& statement) {
  if (in.accept(Token::duration)) {
    EFD_ASSIGN(statement.duration_ns, in.duration());
  }
  if (in.accept(Token::replication)) {
    EFD_ASSIGN(statement.replication, in.integer(1, kMaxReplication));
  }
  if (in.accept(Token::shard)) {
    EFD_TRY(in.expect({Token::duration}));
    EFD_ASSIGN(statement.shard_duration_ns, in.duration());
  }
  if (in.accept(Token::name)) {
    EFD_ASSIGN(statement.policy, in.ident());
  }
  return {};
}

// One option of ALTER RETENTION POLICY whose first word has been read; false: it is none.
Result<bool> parse_policy_option(TokenStream& in, Token option,
                                 AlterRetentionPolicyStatement& statement) {
  switch (option) {
    case Token::duration: {
      EFD_ASSIGN(statement.duration_ns, in.duration());
      return true;
    }
    case Token::replication: {
      EFD_ASSIGN(statement.replication, in.integer(1, kMaxReplication));
      return true;
    }
    case Token::shard: {
      EFD_ASSIGN(statement.shard_duration_ns, parse_shard_duration(in));
      return true;
    }
    case Token::default_:
      statement.make_default = true;
      return true;
    default:
      return false;
  }
}

Result<void> parse_policy_options(TokenStream& in, AlterRetentionPolicyStatement& statement) {
  std::vector<Token> seen;
  for (;;) {
    const Lexeme next = in.scan_word();
    if (std::find(seen.begin(), seen.end(), next.token) != seen.end()) {
      return TokenStream::fail_at(next.position,
                                  fmt::format("found duplicate {} option", to_string(next.token)));
    }
    EFD_ASSIGN(const bool is_option, parse_policy_option(in, next.token, statement));
    if (!is_option && seen.empty()) {
      return TokenStream::unexpected(next, {"DURATION", "REPLICATION", "SHARD", "DEFAULT"});
    }
    if (!is_option) {
      in.unscan();
      return {};
    }
    seen.push_back(next.token);
  }
}

}  // namespace

Result<Statement> parse_create_database(TokenStream& in) {
  CreateDatabaseStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  if (in.accept(Token::with)) {
    statement.with_policy = true;
    EFD_TRY(check_database_option(in));
    EFD_TRY(parse_database_options(in, statement));
  }
  return Statement(std::move(statement));
}

Result<Statement> parse_drop_database(TokenStream& in) {
  EFD_ASSIGN(std::string name, in.ident());
  return Statement(DropDatabaseStatement{std::move(name)});
}

Result<Statement> parse_create_retention_policy(TokenStream& in) {
  CreateRetentionPolicyStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  EFD_TRY(in.expect({Token::duration}));
  EFD_ASSIGN(statement.duration_ns, in.duration());
  EFD_TRY(in.expect({Token::replication}));
  EFD_ASSIGN(statement.replication, in.integer(1, kMaxReplication));
  if (in.accept(Token::shard)) {
    EFD_ASSIGN(statement.shard_duration_ns, parse_shard_duration(in));
  }
  statement.is_default = in.accept(Token::default_);
  return Statement(std::move(statement));
}

Result<Statement> parse_alter_retention_policy(TokenStream& in) {
  AlterRetentionPolicyStatement statement;
  if (in.accept(Token::default_)) {
    statement.name = "default";
  } else {
    EFD_ASSIGN(statement.name, in.ident());
  }
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  EFD_TRY(parse_policy_options(in, statement));
  return Statement(std::move(statement));
}

Result<Statement> parse_drop_retention_policy(TokenStream& in) {
  DropRetentionPolicyStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::on}));
  EFD_ASSIGN(statement.database, in.ident());
  return Statement(std::move(statement));
}

}  // namespace efd::influx
