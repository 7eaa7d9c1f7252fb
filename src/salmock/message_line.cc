// SPDX-License-Identifier: MIT
#include "salmock/message_line.h"

#include "avro/value.h"
#include "avro/wire.h"
#include "json/writer.h"

namespace efd::salmock {
namespace {

Result<> append_value(std::string_view value, registry::SchemaRegistry& registry,
                      std::string& out) {
  EFD_ASSIGN(avro::WireDatum wire, avro::parse_wire(value));
  EFD_ASSIGN(auto schema, registry.find(wire.id));
  return avro::append_json(schema->schema, wire.datum, out);
}

}  // namespace

Result<> append_message_line(const broker::Source& source, const broker::RecordView& record,
                             registry::SchemaRegistry& registry, std::string& out) {
  std::string value = "null";
  if (record.value) {
    value.clear();
    if (auto appended = append_value(*record.value, registry, value); !appended)
      return fail(appended.error().code, "{}-{} at offset {}: {}", source.topic.value(),
                  source.partition.value(), record.offset.value(), appended.error().message);
  }
  json::Writer json(out);
  json.begin_object();
  json.member("topic", source.topic.value());
  json.member("partition", source.partition.value());
  json.member("offset", record.offset.value());
  json.key("timestamp");
  record.timestamp_ms < 0 ? json.value(nullptr) : json.value(record.timestamp_ms);
  json.key("value");
  json.raw(value);
  json.end_object();
  out += '\n';
  return {};
}

}  // namespace efd::salmock
