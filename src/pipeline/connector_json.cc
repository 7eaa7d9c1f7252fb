// SPDX-License-Identifier: MIT
// A connector as the JSON text that the topic efd.connectors has.
#include <array>

#include "json/value.h"
#include "json/writer.h"
#include "pipeline/connector_topic.h"

namespace efd::pipeline {
namespace {

struct UnitName {
  sink::TimeUnit unit;
  std::string_view name;
};

constexpr std::array kUnits = {
    UnitName{sink::TimeUnit::seconds, "s"}, UnitName{sink::TimeUnit::milliseconds, "ms"},
    UnitName{sink::TimeUnit::microseconds, "us"}, UnitName{sink::TimeUnit::nanoseconds, "ns"}};

void write_target(const KeptConnector& connector, json::Writer& json) {
  json.key("target");
  json.begin_object();
  json.member("type", connector.influx ? "influxdb" : "store");
  json.member("database", connector.options.database);
  json.member("policy", connector.options.policy);
  if (connector.influx) {
    const sink::InfluxWriterOptions& influx = connector.influx->influx;
    json.member("url", influx.target.url);
    json.member("user", influx.target.user);
    json.member("password", influx.target.password);
    json.member("create_database", influx.creates_database);
    json.member("gzip", influx.compresses);
    json.member("group", connector.influx->group);
    json.member("instance", connector.influx->instance);
  }
  json.end_object();
}

void write_fields(std::string_view name, const std::vector<sink::MappedField>& fields,
                  json::Writer& json) {
  json.key(name);
  json.begin_array();
  for (const sink::MappedField& field : fields) {
    json.begin_object();
    json.member("path", field.path);
    json.member("name", field.name);
    json.end_object();
  }
  json.end_array();
}

void write_mapping(const sink::Mapping& mapping, json::Writer& json) {
  json.key("mapping");
  json.begin_object();
  json.member("measurement", mapping.measurement);
  write_fields("fields", mapping.fields, json);
  write_fields("tags", mapping.tags, json);
  json.member("takes_others", mapping.takes_others);
  json.member("time_field", mapping.time_field);
  for (const UnitName& each : kUnits)
    if (mapping.time_unit == each.unit) json.member("time_unit", each.name);
  json.end_object();
}

// Members of one object. What is not there keeps its default; another kind is an error.
class Members {
 public:
  explicit Members(const json::Value* object) : object_(object) {}

  void text(std::string_view name, std::string& into) { take(name, into, &json::Value::as_string); }
  void boolean(std::string_view name, bool& into) { take(name, into, &json::Value::as_bool); }
  void number(std::string_view name, int64_t& into) { take(name, into, &json::Value::as_int64); }
  const std::string& wrong() const { return wrong_; }  // the first member that is another kind

 private:
  template <class T>
  void take(std::string_view name, T& into, const T* (json::Value::*as)() const) {
    const json::Value* member = object_ ? object_->find(name) : nullptr;
    if (!member) return;
    const T* value = (member->*as)();
    if (value) into = *value;
    if (!value && wrong_.empty()) wrong_ = name;
  }
  const json::Value* object_;
  std::string wrong_;
};

Result<> check(const Members& members) {
  if (members.wrong().empty()) return {};
  return fail(ErrorCode::bad_input, "\"{}\" is of another kind", members.wrong());
}

Result<> read_target(const json::Value* json, KeptConnector& connector) {
  Members members(json);
  std::string type = "store";
  members.text("type", type);
  members.text("database", connector.options.database);
  members.text("policy", connector.options.policy);
  EFD_TRY(check(members));
  if (type == "store") return {};
  if (type != "influxdb") return fail(ErrorCode::bad_input, "there is no target \"{}\"", type);
  InfluxConnectorOptions& influx = connector.influx.emplace();
  members.text("url", influx.influx.target.url);
  members.text("user", influx.influx.target.user);
  members.text("password", influx.influx.target.password);
  members.boolean("create_database", influx.influx.creates_database);
  members.boolean("gzip", influx.influx.compresses);
  members.text("group", influx.group);
  members.text("instance", influx.instance);
  return check(members);
}

Result<> read_fields(const json::Value* json, std::vector<sink::MappedField>& into) {
  const json::Value::Array* fields = json ? json->as_array() : nullptr;
  if (!fields) return {};
  for (const json::Value& each : *fields) {
    Members members(&each);
    sink::MappedField& field = into.emplace_back();
    members.text("path", field.path);
    members.text("name", field.name);
    EFD_TRY(check(members));
    if (field.path.empty())
      return fail(ErrorCode::bad_input, "a field or tag of the mapping has no path");
  }
  return {};
}

Result<> read_mapping(const json::Value* json, sink::Mapping& mapping) {
  Members members(json);
  std::string unit;
  members.text("measurement", mapping.measurement);
  members.boolean("takes_others", mapping.takes_others);
  members.text("time_field", mapping.time_field);
  members.text("time_unit", unit);
  EFD_TRY(check(members));
  for (const UnitName& each : kUnits)
    if (unit == each.name) mapping.time_unit = each.unit;
  if (!unit.empty() && !mapping.time_unit)
    return fail(ErrorCode::bad_input, "there is no time unit \"{}\"", unit);
  EFD_TRY(read_fields(json ? json->find("fields") : nullptr, mapping.fields));
  return read_fields(json ? json->find("tags") : nullptr, mapping.tags);
}

}  // namespace

std::string format_connector(const KeptConnector& connector) {
  std::string out;
  json::Writer json(out);
  const ConnectorOptions& options = connector.options;
  json.begin_object();
  json.member("topics", options.topics);
  write_target(connector, json);
  write_mapping(options.mapping, json);
  json.member("truncates_times", options.time_rounding == Rounding::truncate);
  json.member("gather_us", static_cast<int64_t>(options.gather.count()));
  json.member("memory_bytes_max", static_cast<int64_t>(options.memory_bytes_max));
  json.end_object();
  return out;
}

Result<KeptConnector> parse_connector(const ConnectorName& name, std::string_view text) {
  EFD_ASSIGN(json::Value json, json::parse(text));
  if (!json.as_object()) return fail(ErrorCode::bad_input, "it is no object");
  KeptConnector connector{.options = {.name = name}};
  Members members(&json);
  bool truncates = false;
  int64_t gather_us = connector.options.gather.count();
  int64_t memory_bytes_max = static_cast<int64_t>(connector.options.memory_bytes_max);
  members.text("topics", connector.options.topics);
  members.boolean("truncates_times", truncates);
  members.number("gather_us", gather_us);
  members.number("memory_bytes_max", memory_bytes_max);
  EFD_TRY(check(members));
  if (truncates) connector.options.time_rounding = Rounding::truncate;
  connector.options.gather = std::chrono::microseconds(gather_us);
  if (memory_bytes_max < 0)
    return fail(ErrorCode::bad_input, "\"memory_bytes_max\" is below 0: {}", memory_bytes_max);
  connector.options.memory_bytes_max = static_cast<uint64_t>(memory_bytes_max);
  EFD_TRY(read_target(json.find("target"), connector));
  EFD_TRY(read_mapping(json.find("mapping"), connector.options.mapping));
  EFD_TRY(check_connector(connector.options));
  return connector;
}

}  // namespace efd::pipeline
