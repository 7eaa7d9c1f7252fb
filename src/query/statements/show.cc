// SPDX-License-Identifier: MIT
#include "query/statements/show.h"

#include <algorithm>
#include <array>

#include "base/time.h"
#include "influx/duration.h"
#include "query/columns/column_builder.h"
#include "query/compile/support.h"
#include "query/select/series_output.h"

namespace efd::query {
namespace {

using rows::FieldType;

// A series without time that is small enough to be put together in one go.
class Table {
 public:
  struct Column {
    std::string name;
    FieldType type = FieldType::string;
  };
  Table(std::string name, std::vector<Column> columns) {
    header_.name = std::move(name);
    header_.has_time = false;
    for (Column& column : columns) {
      header_.columns.push_back(std::move(column.name));
      builders_.emplace_back(column.type);
    }
  }

  void add(const std::vector<Cell>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) builders_[i].append(cells[i]);
  }
  // Gives nothing when no row is left.
  Result<> send(ResultSink& sink, const influx::Paging& paging = {}) {
    SeriesOutput output(sink, header_, paging.limit, paging.offset);
    if (builders_[0].size() > 0) {
      std::vector<store::ColumnChunk> columns;
      for (ColumnBuilder& builder : builders_) columns.push_back(builder.view());
      EFD_TRY(output.rows({builders_[0].size(), {}, columns}));
    }
    return output.finish();
  }
  // Gives the header even without rows.
  Result<> send_always(ResultSink& sink) {
    if (builders_[0].size() > 0) return send(sink);
    EFD_TRY(sink.begin_series(header_));
    return sink.end_series();
  }

 private:
  SeriesHeader header_;
  std::vector<ColumnBuilder> builders_;
};

std::string escape_key(std::string_view name) {
  std::string text;
  for (char c : name) {
    if (c == ',' || c == ' ') text += '\\';
    text += c;
  }
  return text;
}

// Sorted by name, then by the name of the type, as InfluxDB does.
void add_fields(std::span<const store::Field> fields, Table& table) {
  for (size_t begin = 0, end = 0; begin < fields.size(); begin = end) {
    std::vector<std::string> types;
    for (; end < fields.size() && fields[end].name == fields[begin].name; ++end) {
      types.emplace_back(rows::to_string(fields[end].type));
    }
    std::sort(types.begin(), types.end());
    for (std::string& type : types) table.add({fields[begin].name, std::move(type)});
  }
}

// Runs the statement that it is called with.
class Show {
 public:
  Show(const Defaults& defaults, store::Store& store, ResultSink& sink)
      : defaults_(defaults), store_(store), sink_(sink) {}

  Result<> operator()(const influx::ShowDatabasesStatement&) {
    Table table("databases", {{"name"}});
    for (std::string& name : store_.databases()) table.add({std::move(name)});
    return table.send_always(sink_);
  }

  Result<> operator()(const influx::ShowMeasurementsStatement& show) {
    const std::string& database = or_default(show.database);
    if (database.empty()) return fail(ErrorCode::bad_input, "database name required");
    if (show.condition) return not_supported("WHERE in SHOW MEASUREMENTS");
    std::vector<influx::Source> wanted;
    if (show.measurement) wanted.push_back(*show.measurement);
    EFD_ASSIGN(const NameFilter filter, NameFilter::compile(wanted));
    if (!require_database(store_, database)) return {};
    EFD_ASSIGN(const std::vector<std::string> names, store_.measurement_names(database));
    Table table("measurements", {{"name"}});
    for (const std::string& name : names) {
      if (filter.passes(name)) table.add({name});
    }
    return table.send(sink_, show.paging);
  }

  Result<> operator()(const influx::ShowFieldKeysStatement& show) {
    EFD_ASSIGN(const ViewList views, views_of(show.sources, show.database));
    for (const auto& view : views) {
      Table table(view->name(), {{"fieldKey"}, {"fieldType"}});
      add_fields(view->fields(), table);
      EFD_TRY(table.send(sink_, show.paging));
    }
    return {};
  }

  // There are no tags.
  Result<> operator()(const influx::ShowTagKeysStatement& show) {
    return require_database(store_, database_of(show.sources, show.database));
  }
  Result<> operator()(const influx::ShowTagValuesStatement& show) {
    return require_database(store_, database_of(show.sources, show.database));
  }

  // One series a measurement.
  Result<> operator()(const influx::ShowSeriesStatement& show) {
    if (show.condition) return not_supported("WHERE in SHOW SERIES");
    EFD_ASSIGN(const ViewList views, views_of(show.sources, show.database));
    Table table("", {{"key"}});
    for (const auto& view : views) table.add({escape_key(view->name())});
    return table.send(sink_, show.paging);
  }

  Result<> operator()(const influx::ShowRetentionPoliciesStatement& show) {
    const std::string& database = or_default(show.database);
    EFD_TRY(require_database(store_, database));
    EFD_ASSIGN(const std::vector<store::RetentionPolicy> policies, store_.policies(database));
    Table table("", {{"name"},
                     {"duration"},
                     {"shardGroupDuration"},
                     {"replicaN", FieldType::integer},
                     {"default", FieldType::boolean}});
    for (const store::RetentionPolicy& policy : policies) {
      table.add({policy.name, influx::format_go_duration(policy.duration_ns),
                 influx::format_go_duration(policy.shard_duration_ns), int64_t{1},
                 policy.is_default});
    }
    return table.send_always(sink_);
  }

  Result<> operator()(const influx::ShowContinuousQueriesStatement&) {
    for (const std::string& name : store_.databases()) {
      EFD_TRY(Table(name, {{"name"}, {"query"}}).send_always(sink_));
    }
    return {};
  }
  Result<> operator()(const influx::ShowSubscriptionsStatement&) { return {}; }
  Result<> operator()(const influx::ShowUsersStatement&) {
    return Table("", {{"user"}, {"admin", FieldType::boolean}}).send_always(sink_);
  }

  Result<> operator()(const influx::CreateDatabaseStatement& create) {
    EFD_TRY(check_database_name(create.name));
    if (create.with_policy && !is_default_policy(create)) {
      return not_supported("a retention policy in CREATE DATABASE");
    }
    return store_.create_database(create.name);
  }

  template <class Other>
  Result<> operator()(const Other& other) {
    return not_supported(influx::to_string(influx::Statement(other)));
  }

 private:
  const std::string& or_default(const std::string& database) const {
    return database.empty() ? defaults_.database : database;
  }

  // ON database, else what the first source says.
  const std::string& database_of(const std::vector<influx::Source>& sources,
                                 const std::string& on) const {
    if (!on.empty() || sources.empty()) return or_default(on);
    const auto* measurement = std::get_if<influx::Measurement>(&sources.front());
    return or_default(measurement ? measurement->database : on);
  }

  Result<ViewList> views_of(std::vector<influx::Source> sources, const std::string& on) {
    if (sources.empty())
      sources.push_back(influx::Measurement{
          .database = {}, .policy = {}, .name = {}, .regex = ".*", .is_target = false});
    EFD_TRY(normalize(sources, {or_default(on), defaults_.policy}, store_));
    return open_views(sources, store_);
  }

  static Result<> check_database_name(const std::string& name) {
    const bool printable = std::all_of(name.begin(), name.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '/' && c != '\\';
    });
    if (printable && !name.empty() && name != "." && name != "..") return {};
    return fail(ErrorCode::bad_input, "invalid name");
  }

  // Does WITH say no more than what a database gets anyway?
  static bool is_default_policy(const influx::CreateDatabaseStatement& create) {
    constexpr int64_t kDefaultShardNs = 7 * kNsPerDay;
    return create.duration_ns.value_or(0) == 0 && create.replication.value_or(1) == 1 &&
           (create.shard_duration_ns == 0 || create.shard_duration_ns == kDefaultShardNs) &&
           (create.policy.empty() || create.policy == "autogen");
  }

  const Defaults& defaults_;
  store::Store& store_;
  ResultSink& sink_;
};

}  // namespace

Result<> run_show(const influx::Statement& statement, const Defaults& defaults, store::Store& store,
                  ResultSink& sink) {
  return std::visit(Show(defaults, store, sink), statement);
}

}  // namespace efd::query
