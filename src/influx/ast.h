// SPDX-License-Identifier: MIT
// The statements of InfluxQL (InfluxDB 1.8). Plain values: filled by the parser (parser.h),
// printed by to_string, shared where they nest. Names are as the user meant them, without quotes;
// an empty database or policy means that none was given. Durations are nanoseconds; a duration of 0
// of a retention policy means INF.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "influx/expr.h"

namespace efd::influx {

// ---------------------------------------------------------------------------------------------
// Parts that several statements share.

// [database.][policy.]name or [database.][policy.]/regex/
struct Measurement {
  std::string database;
  std::string policy;
  std::string name;                  // Empty when a regex is given, and in INTO db.rp.:MEASUREMENT.
  std::optional<std::string> regex;  // Go RE2 syntax.
  bool is_target = false;            // After INTO: an empty name means :MEASUREMENT.
};

struct SelectStatement;

// (SELECT ...) in FROM.
struct Subquery {
  std::shared_ptr<const SelectStatement> select;
};

using Source = std::variant<Measurement, Subquery>;

// ORDER BY [name] ASC|DESC. The parser lets only `time` (or no name) and one field through.
struct SortField {
  std::string name;
  bool ascending = true;
};

// LIMIT, OFFSET, SLIMIT, SOFFSET; 0: not given.
struct Paging {
  int64_t limit = 0;
  int64_t offset = 0;
  int64_t series_limit = 0;
  int64_t series_offset = 0;
};

// WITH KEY =|!=|=~|!~ x, WITH KEY IN (a, b)
struct TagKeyFilter {
  enum class Kind { equal, not_equal, match, not_match, in };
  Kind kind = Kind::equal;
  std::vector<std::string> keys;  // equal, not_equal: one; in: any number.
  std::string regex;              // match, not_match.
};

// ---------------------------------------------------------------------------------------------
// SELECT

struct Field {
  ExprPtr expr;
  std::string alias;  // Empty: none.

  // The alias, else the name InfluxDB derives: a call's name, a reference's name, the names in an
  // arithmetic expression joined by '_'. Empty for a bare literal.
  std::string name() const;
};

struct Fill {
  enum class Kind { null, none, number, previous, linear };
  Kind kind = Kind::null;
  // Of Kind::number.
  std::variant<int64_t, double> number = int64_t{0};
};

struct SelectStatement {
  std::vector<Field> fields;
  std::optional<Measurement> target;  // INTO
  std::vector<Source> sources;        // FROM
  ExprPtr condition;                  // WHERE; null: none.
  // GROUP BY: Call time(interval[, offset]), VarRef, Wildcard or RegexLiteral.
  std::vector<ExprPtr> dimensions;
  Fill fill;
  std::vector<SortField> sort;
  Paging paging;
  std::string time_zone;  // TZ('...'): a name of the IANA database. Empty: none, that is, UTC.

  // Set by rewriters, never by the parser, and not printed.
  std::string time_alias;   // `time AS x` was selected: the time column's name.
  bool omit_time = false;   // The answer has no time column.
  bool strip_name = false;  // The answer's series have no name.
  std::string emit_name;    // The answer's series have this name.
  bool dedupe = false;      // Equal rows are given once.

  // No function is called.
  bool is_raw_query() const;
  // Rows go from old to new (the default).
  bool is_ascending() const;
  // The interval of GROUP BY time(...), 0 when there is none; an error when the call is wrong.
  Result<int64_t> group_by_interval_ns() const;
  // The columns of the answer: time (unless omitted), then each field's name, made unique by _1,
  // _2...
  std::vector<std::string> column_names() const;
};

// EXPLAIN [ANALYZE] SELECT ...
struct ExplainStatement {
  std::shared_ptr<const SelectStatement> select;
  bool analyze = false;
};

// ---------------------------------------------------------------------------------------------
// SHOW

struct ShowDatabasesStatement {};

struct ShowMeasurementsStatement {
  std::string database;
  std::optional<Measurement> measurement;  // WITH MEASUREMENT = name, or =~ /regex/
  ExprPtr condition;
  std::vector<SortField> sort;
  Paging paging;
};

struct ShowSeriesStatement {
  std::string database;
  std::vector<Source> sources;
  ExprPtr condition;
  std::vector<SortField> sort;
  Paging paging;
};

struct ShowTagKeysStatement {
  std::string database;
  std::vector<Source> sources;
  ExprPtr condition;
  std::vector<SortField> sort;
  Paging paging;
};

struct ShowTagValuesStatement {
  std::string database;
  std::vector<Source> sources;
  TagKeyFilter keys;
  ExprPtr condition;
  std::vector<SortField> sort;
  Paging paging;
};

struct ShowFieldKeysStatement {
  std::string database;
  std::vector<Source> sources;
  std::vector<SortField> sort;
  Paging paging;
};

// SHOW {SERIES|MEASUREMENT|TAG KEY|TAG VALUES|FIELD KEY} [EXACT] CARDINALITY ...
struct ShowCardinalityStatement {
  enum class Kind { series, measurement, tag_key, tag_values, field_key };
  Kind kind = Kind::series;
  bool exact = false;
  std::string database;
  std::vector<Source> sources;
  std::optional<TagKeyFilter> keys;  // Of Kind::tag_values, always there.
  ExprPtr condition;
  std::vector<ExprPtr> dimensions;
  Paging paging;
};

struct ShowRetentionPoliciesStatement {
  std::string database;
};
struct ShowContinuousQueriesStatement {};
struct ShowSubscriptionsStatement {};
struct ShowUsersStatement {};
struct ShowGrantsStatement {
  std::string user;
};
struct ShowQueriesStatement {};
struct ShowShardsStatement {};
struct ShowShardGroupsStatement {};
struct ShowStatsStatement {
  std::string module;  // Empty: all.
};
struct ShowDiagnosticsStatement {
  std::string module;  // Empty: all.
};

// ---------------------------------------------------------------------------------------------
// Databases, retention policies, continuous queries, subscriptions

struct CreateDatabaseStatement {
  std::string name;
  bool with_policy = false;  // WITH was there: the members below count.
  std::optional<int64_t> duration_ns;
  std::optional<int> replication;
  int64_t shard_duration_ns = 0;  // 0: not given.
  std::string policy;             // Empty: not given.
};

struct DropDatabaseStatement {
  std::string name;
};

struct CreateRetentionPolicyStatement {
  std::string name;
  std::string database;
  int64_t duration_ns = 0;
  int replication = 1;
  int64_t shard_duration_ns = 0;  // 0: not given.
  bool is_default = false;
};

// What is not given stays as it is.
struct AlterRetentionPolicyStatement {
  std::string name;
  std::string database;
  std::optional<int64_t> duration_ns;
  std::optional<int> replication;
  std::optional<int64_t> shard_duration_ns;
  bool make_default = false;
};

struct DropRetentionPolicyStatement {
  std::string name;
  std::string database;
};

struct CreateContinuousQueryStatement {
  std::string name;
  std::string database;
  std::shared_ptr<const SelectStatement> select;  // Always with a target.
  int64_t resample_every_ns = 0;                  // 0: not given.
  int64_t resample_for_ns = 0;                    // 0: not given.
};

struct DropContinuousQueryStatement {
  std::string name;
  std::string database;
};

struct CreateSubscriptionStatement {
  enum class Mode { all, any };
  std::string name;
  std::string database;
  std::string policy;
  Mode mode = Mode::all;
  std::vector<std::string> destinations;
};

struct DropSubscriptionStatement {
  std::string name;
  std::string database;
  std::string policy;
};

// ---------------------------------------------------------------------------------------------
// Users

enum class Privilege { none, read, write, all };
// "NO PRIVILEGES", "READ", "WRITE", "ALL PRIVILEGES"
std::string_view to_string(Privilege privilege);

// to_string prints passwords as [REDACTED].
struct CreateUserStatement {
  std::string name;
  std::string password;
  bool admin = false;
};
struct DropUserStatement {
  std::string name;
};
struct SetPasswordStatement {
  std::string name;
  std::string password;
};
struct GrantStatement {
  Privilege privilege = Privilege::none;
  std::string database;
  std::string user;
};
struct GrantAdminStatement {
  std::string user;
};
struct RevokeStatement {
  Privilege privilege = Privilege::none;
  std::string database;
  std::string user;
};
struct RevokeAdminStatement {
  std::string user;
};

// ---------------------------------------------------------------------------------------------
// Data and running queries

// DELETE [FROM ...] [WHERE ...]: at least one of them.
struct DeleteStatement {
  std::vector<Source> sources;  // Measurements without database and policy.
  ExprPtr condition;
};
// DROP SERIES [FROM ...] [WHERE ...]: at least one of them.
struct DropSeriesStatement {
  std::vector<Source> sources;  // Measurements without database and policy.
  ExprPtr condition;
};
struct DropMeasurementStatement {
  std::string name;
};
struct DropShardStatement {
  uint64_t id = 0;
};
struct KillQueryStatement {
  uint64_t id = 0;
  std::string host;  // Empty: this one.
};

using Statement = std::variant<
    SelectStatement, ExplainStatement, ShowDatabasesStatement, ShowMeasurementsStatement,
    ShowSeriesStatement, ShowTagKeysStatement, ShowTagValuesStatement, ShowFieldKeysStatement,
    ShowCardinalityStatement, ShowRetentionPoliciesStatement, ShowContinuousQueriesStatement,
    ShowSubscriptionsStatement, ShowUsersStatement, ShowGrantsStatement, ShowQueriesStatement,
    ShowShardsStatement, ShowShardGroupsStatement, ShowStatsStatement, ShowDiagnosticsStatement,
    CreateDatabaseStatement, DropDatabaseStatement, CreateRetentionPolicyStatement,
    AlterRetentionPolicyStatement, DropRetentionPolicyStatement, CreateContinuousQueryStatement,
    DropContinuousQueryStatement, CreateSubscriptionStatement, DropSubscriptionStatement,
    CreateUserStatement, DropUserStatement, SetPasswordStatement, GrantStatement,
    GrantAdminStatement, RevokeStatement, RevokeAdminStatement, DeleteStatement,
    DropSeriesStatement, DropMeasurementStatement, DropShardStatement, KillQueryStatement>;

// ---------------------------------------------------------------------------------------------
// Canonical text, as InfluxDB prints it (in error texts, in SHOW QUERIES, in stored continuous
// queries). It parses to the same statement, but for passwords.
std::string to_string(const Statement& statement);
std::string to_string(const SelectStatement& select);
std::string to_string(const Measurement& measurement);
std::string to_string(const Source& source);

// What a caller must be allowed to do to execute the statement. An empty database means the
// database of the request.
struct RequiredPrivilege {
  bool admin = false;
  std::string database;
  Privilege privilege = Privilege::none;

  bool operator==(const RequiredPrivilege&) const = default;
};
std::vector<RequiredPrivilege> required_privileges(const Statement& statement);

}  // namespace efd::influx
