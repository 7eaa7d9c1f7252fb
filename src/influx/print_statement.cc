// SPDX-License-Identifier: MIT
#include "influx/duration.h"
#include "influx/print.h"
#include "influx/quote.h"

namespace efd::influx {
namespace {

std::string on_text(const std::string& database) {
  return database.empty() ? std::string() : " ON " + quote_ident(database);
}

std::string for_text(const std::string& module) {
  return module.empty() ? std::string() : " FOR " + quote_string(module);
}

std::string with_key_text(const TagKeyFilter& filter) {
  using Kind = TagKeyFilter::Kind;
  switch (filter.kind) {
    case Kind::equal:
      return " WITH KEY = " + quote_ident(filter.keys.front());
    case Kind::not_equal:
      return " WITH KEY != " + quote_ident(filter.keys.front());
    case Kind::match:
      return " WITH KEY =~ " + quote_regex(filter.regex);
    case Kind::not_match:
      return " WITH KEY !~ " + quote_regex(filter.regex);
    case Kind::in:
      break;
  }
  std::string keys;
  for (const std::string& key : filter.keys) {
    if (!keys.empty()) keys += ", ";
    keys += quote_ident(key);
  }
  return " WITH KEY IN (" + keys + ")";
}

std::string_view cardinality_subject(ShowCardinalityStatement::Kind kind) {
  using Kind = ShowCardinalityStatement::Kind;
  switch (kind) {
    case Kind::series:
      return "SERIES";
    case Kind::measurement:
      return "MEASUREMENT";
    case Kind::tag_key:
      return "TAG KEY";
    case Kind::tag_values:
      return "TAG VALUES";
    case Kind::field_key:
      return "FIELD KEY";
  }
  return "";
}

// As Go prints durations, if the parser can read that back.
std::string policy_duration(int64_t ns) {
  std::string text = format_go_duration(ns);
  return text.find('.') == std::string::npos ? text : format_duration(ns);
}

std::string resample_text(const CreateContinuousQueryStatement& s) {
  std::string out;
  if (s.resample_every_ns > 0) out += " EVERY " + format_duration(s.resample_every_ns);
  if (s.resample_for_ns > 0) out += " FOR " + format_duration(s.resample_for_ns);
  return out.empty() ? out : " RESAMPLE" + out;
}

// One operator for each statement.
struct StatementPrinter {
  std::string operator()(const SelectStatement& s) const { return to_string(s); }
  std::string operator()(const ExplainStatement& s) const {
    return (s.analyze ? "EXPLAIN ANALYZE " : "EXPLAIN ") + to_string(*s.select);
  }

  std::string operator()(const ShowDatabasesStatement&) const { return "SHOW DATABASES"; }
  std::string operator()(const ShowMeasurementsStatement& s) const {
    std::string out = "SHOW MEASUREMENTS" + on_text(s.database);
    if (s.measurement) {
      out += s.measurement->regex ? " WITH MEASUREMENT =~ " : " WITH MEASUREMENT = ";
      out += to_string(*s.measurement);
    }
    return out + where_text(s.condition) + order_by_text(s.sort) + paging_text(s.paging);
  }
  std::string operator()(const ShowSeriesStatement& s) const {
    return "SHOW SERIES" + on_text(s.database) + sources_text(s.sources) + where_text(s.condition) +
           order_by_text(s.sort) + paging_text(s.paging);
  }
  std::string operator()(const ShowTagKeysStatement& s) const {
    return "SHOW TAG KEYS" + on_text(s.database) + sources_text(s.sources) +
           where_text(s.condition) + order_by_text(s.sort) + paging_text(s.paging);
  }
  std::string operator()(const ShowTagValuesStatement& s) const {
    return "SHOW TAG VALUES" + on_text(s.database) + sources_text(s.sources) +
           with_key_text(s.keys) + where_text(s.condition) + order_by_text(s.sort) +
           paging_text(s.paging);
  }
  std::string operator()(const ShowFieldKeysStatement& s) const {
    return "SHOW FIELD KEYS" + on_text(s.database) + sources_text(s.sources) +
           order_by_text(s.sort) + paging_text(s.paging);
  }
  std::string operator()(const ShowCardinalityStatement& s) const {
    std::string out =
        fmt::format("SHOW {} {}CARDINALITY", cardinality_subject(s.kind), s.exact ? "EXACT " : "");
    out += on_text(s.database) + sources_text(s.sources);
    if (s.keys) out += with_key_text(*s.keys);
    return out + where_text(s.condition) + group_by_text(s.dimensions) + paging_text(s.paging);
  }
  std::string operator()(const ShowRetentionPoliciesStatement& s) const {
    return "SHOW RETENTION POLICIES" + on_text(s.database);
  }
  std::string operator()(const ShowContinuousQueriesStatement&) const {
    return "SHOW CONTINUOUS QUERIES";
  }
  std::string operator()(const ShowSubscriptionsStatement&) const { return "SHOW SUBSCRIPTIONS"; }
  std::string operator()(const ShowUsersStatement&) const { return "SHOW USERS"; }
  std::string operator()(const ShowGrantsStatement& s) const {
    return "SHOW GRANTS FOR " + quote_ident(s.user);
  }
  std::string operator()(const ShowQueriesStatement&) const { return "SHOW QUERIES"; }
  std::string operator()(const ShowShardsStatement&) const { return "SHOW SHARDS"; }
  std::string operator()(const ShowShardGroupsStatement&) const { return "SHOW SHARD GROUPS"; }
  std::string operator()(const ShowStatsStatement& s) const {
    return "SHOW STATS" + for_text(s.module);
  }
  std::string operator()(const ShowDiagnosticsStatement& s) const {
    return "SHOW DIAGNOSTICS" + for_text(s.module);
  }

  std::string operator()(const CreateDatabaseStatement& s) const {
    std::string options;
    if (s.duration_ns) options += " DURATION " + policy_duration(*s.duration_ns);
    if (s.replication) options += fmt::format(" REPLICATION {}", *s.replication);
    if (s.shard_duration_ns > 0)
      options += " SHARD DURATION " + policy_duration(s.shard_duration_ns);
    if (!s.policy.empty()) options += " NAME " + quote_ident(s.policy);
    return "CREATE DATABASE " + quote_ident(s.name) + (options.empty() ? "" : " WITH" + options);
  }
  std::string operator()(const DropDatabaseStatement& s) const {
    return "DROP DATABASE " + quote_ident(s.name);
  }
  std::string operator()(const CreateRetentionPolicyStatement& s) const {
    std::string out = fmt::format("CREATE RETENTION POLICY {} ON {} DURATION {} REPLICATION {}",
                                  quote_ident(s.name), quote_ident(s.database),
                                  format_duration(s.duration_ns), s.replication);
    if (s.shard_duration_ns > 0) out += " SHARD DURATION " + format_duration(s.shard_duration_ns);
    return out + (s.is_default ? " DEFAULT" : "");
  }
  std::string operator()(const AlterRetentionPolicyStatement& s) const {
    std::string out = fmt::format("ALTER RETENTION POLICY {} ON {}", quote_ident(s.name),
                                  quote_ident(s.database));
    if (s.duration_ns) out += " DURATION " + format_duration(*s.duration_ns);
    if (s.replication) out += fmt::format(" REPLICATION {}", *s.replication);
    if (s.shard_duration_ns) out += " SHARD DURATION " + format_duration(*s.shard_duration_ns);
    return out + (s.make_default ? " DEFAULT" : "");
  }
  std::string operator()(const DropRetentionPolicyStatement& s) const {
    return fmt::format("DROP RETENTION POLICY {} ON {}", quote_ident(s.name),
                       quote_ident(s.database));
  }

  std::string operator()(const CreateContinuousQueryStatement& s) const {
    return fmt::format("CREATE CONTINUOUS QUERY {} ON {}{} BEGIN {} END", quote_ident(s.name),
                       quote_ident(s.database), resample_text(s), to_string(*s.select));
  }
  std::string operator()(const DropContinuousQueryStatement& s) const {
    return fmt::format("DROP CONTINUOUS QUERY {} ON {}", quote_ident(s.name),
                       quote_ident(s.database));
  }
  std::string operator()(const CreateSubscriptionStatement& s) const {
    const bool all = s.mode == CreateSubscriptionStatement::Mode::all;
    std::string out =
        fmt::format("CREATE SUBSCRIPTION {} ON {}.{} DESTINATIONS {}", quote_ident(s.name),
                    quote_ident(s.database), quote_ident(s.policy), all ? "ALL" : "ANY");
    for (size_t i = 0; i < s.destinations.size(); ++i) {
      out += (i == 0 ? " " : ", ") + quote_string(s.destinations[i]);
    }
    return out;
  }
  std::string operator()(const DropSubscriptionStatement& s) const {
    return fmt::format("DROP SUBSCRIPTION {} ON {}.{}", quote_ident(s.name),
                       quote_ident(s.database), quote_ident(s.policy));
  }

  std::string operator()(const CreateUserStatement& s) const {
    return fmt::format("CREATE USER {} WITH PASSWORD [REDACTED]{}", quote_ident(s.name),
                       s.admin ? " WITH ALL PRIVILEGES" : "");
  }
  std::string operator()(const DropUserStatement& s) const {
    return "DROP USER " + quote_ident(s.name);
  }
  std::string operator()(const SetPasswordStatement& s) const {
    return fmt::format("SET PASSWORD FOR {} = [REDACTED]", quote_ident(s.name));
  }
  std::string operator()(const GrantStatement& s) const {
    return fmt::format("GRANT {} ON {} TO {}", to_string(s.privilege), quote_ident(s.database),
                       quote_ident(s.user));
  }
  std::string operator()(const GrantAdminStatement& s) const {
    return "GRANT ALL PRIVILEGES TO " + quote_ident(s.user);
  }
  std::string operator()(const RevokeStatement& s) const {
    return fmt::format("REVOKE {} ON {} FROM {}", to_string(s.privilege), quote_ident(s.database),
                       quote_ident(s.user));
  }
  std::string operator()(const RevokeAdminStatement& s) const {
    return "REVOKE ALL PRIVILEGES FROM " + quote_ident(s.user);
  }

  std::string operator()(const DeleteStatement& s) const {
    return "DELETE" + sources_text(s.sources) + where_text(s.condition);
  }
  std::string operator()(const DropSeriesStatement& s) const {
    return "DROP SERIES" + sources_text(s.sources) + where_text(s.condition);
  }
  std::string operator()(const DropMeasurementStatement& s) const {
    return "DROP MEASUREMENT " + quote_ident(s.name);
  }
  std::string operator()(const DropShardStatement& s) const {
    return fmt::format("DROP SHARD {}", s.id);
  }
  std::string operator()(const KillQueryStatement& s) const {
    return fmt::format("KILL QUERY {}{}", s.id, on_text(s.host));
  }
};

}  // namespace

std::string to_string(const Statement& statement) {
  return std::visit(StatementPrinter(), statement);
}

std::string_view to_string(Privilege privilege) {
  switch (privilege) {
    case Privilege::none:
      return "NO PRIVILEGES";
    case Privilege::read:
      return "READ";
    case Privilege::write:
      return "WRITE";
    case Privilege::all:
      return "ALL PRIVILEGES";
  }
  return "";
}

}  // namespace efd::influx
