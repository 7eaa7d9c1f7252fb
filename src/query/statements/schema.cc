// SPDX-License-Identifier: MIT
#include <algorithm>

#include "query/compile/support.h"
#include "query/statements/statements.h"
#include "query/statements/table.h"

namespace efd::query {
namespace {

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

// ON database, else what the first source says.
const std::string& database_of(const std::vector<influx::Source>& sources, const std::string& on,
                               const StatementContext& context) {
  if (!on.empty() || sources.empty()) return context.or_default(on);
  const auto* measurement = std::get_if<influx::Measurement>(&sources.front());
  return context.or_default(measurement ? measurement->database : on);
}

Result<ViewList> views_of(std::vector<influx::Source> sources, const std::string& on,
                          const StatementContext& context) {
  if (sources.empty())
    sources.push_back(influx::Measurement{
        .database = {}, .policy = {}, .name = {}, .regex = ".*", .is_target = false});
  EFD_TRY(normalize(sources, {context.or_default(on), context.defaults.policy}, context.store));
  return open_views(sources, context.store);
}

}  // namespace

Result<> run(const influx::ShowMeasurementsStatement& show, const StatementContext& context) {
  const std::string& database = context.or_default(show.database);
  if (database.empty()) return fail(ErrorCode::bad_input, "database name required");
  if (show.condition) return not_supported("WHERE in SHOW MEASUREMENTS");
  std::vector<influx::Source> wanted;
  if (show.measurement) wanted.push_back(*show.measurement);
  EFD_ASSIGN(const NameFilter filter, NameFilter::compile(wanted));
  if (!require_database(context.store, database)) return {};
  EFD_ASSIGN(const std::vector<std::string> names, context.store.measurement_names(database));
  Table table("measurements", {{"name"}});
  for (const std::string& name : names) {
    if (filter.passes(name)) table.add({name});
  }
  return table.send(context.sink, show.paging);
}

Result<> run(const influx::ShowFieldKeysStatement& show, const StatementContext& context) {
  EFD_ASSIGN(const ViewList views, views_of(show.sources, show.database, context));
  for (const auto& view : views) {
    Table table(view->name(), {{"fieldKey"}, {"fieldType"}});
    add_fields(view->fields(), table);
    EFD_TRY(table.send(context.sink, show.paging));
  }
  return {};
}

Result<> run(const influx::ShowTagKeysStatement& show, const StatementContext& context) {
  return require_database(context.store, database_of(show.sources, show.database, context));
}

Result<> run(const influx::ShowTagValuesStatement& show, const StatementContext& context) {
  return require_database(context.store, database_of(show.sources, show.database, context));
}

// One series a measurement.
Result<> run(const influx::ShowSeriesStatement& show, const StatementContext& context) {
  if (show.condition) return not_supported("WHERE in SHOW SERIES");
  EFD_ASSIGN(const ViewList views, views_of(show.sources, show.database, context));
  Table table("", {{"key"}});
  for (const auto& view : views) table.add({escape_key(view->name())});
  return table.send(context.sink, show.paging);
}

}  // namespace efd::query
