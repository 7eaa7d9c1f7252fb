// SPDX-License-Identifier: MIT
#include "avro/value.h"
#include "codec/base64.h"

namespace efd::avro {
namespace {

void write(const Node& node, const Value& value, json::Writer& writer);

void write_record(const Node& node, const Record& record, json::Writer& writer) {
  writer.begin_object();
  for (size_t i = 0; i < record.fields.size() && i < node.fields.size(); ++i) {
    writer.key(node.fields[i].name);
    write(*node.fields[i].type, record.fields[i], writer);
  }
  writer.end_object();
}

void write_map(const Node& node, const Map& map, json::Writer& writer) {
  writer.begin_object();
  for (const MapEntry& entry : map.entries) {
    writer.key(entry.key);
    write(*node.items, entry.value, writer);
  }
  writer.end_object();
}

void write_array(const Node& node, const Array& array, json::Writer& writer) {
  writer.begin_array();
  for (const Value& item : array) write(*node.items, item, writer);
  writer.end_array();
}

// The node of a value in a union whose branch nobody named: the first of its kind.
const Node* container_branch(const Node& node, const Value& value) {
  if (value.branch >= 0 && static_cast<size_t>(value.branch) < node.branches.size()) {
    return node.branches[static_cast<size_t>(value.branch)];
  }
  for (const Node* branch : node.branches) {
    const auto* record = std::get_if<Record>(&value.data);
    bool fits =
        record
            ? branch->type == Type::record && branch->fields.size() == record->fields.size()
            : branch->type == (std::holds_alternative<Map>(value.data) ? Type::map : Type::array);
    if (fits) return branch;
  }
  return nullptr;
}

bool is_container(const Value& value) {
  return std::holds_alternative<Record>(value.data) || std::holds_alternative<Map>(value.data) ||
         std::holds_alternative<Array>(value.data);
}

void write_scalar(const Value& value, json::Writer& writer) {
  std::visit(
      [&](const auto& data) {
        using T = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<T, Bytes>) {
          writer.value(codec::to_base64(data.raw));
        } else if constexpr (std::is_same_v<T, float>) {
          writer.value(static_cast<double>(data));
        } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
          writer.value(data);
        } else {
          writer.value(nullptr);
        }
      },
      value.data);
}

void write(const Node& node, const Value& value, json::Writer& writer) {
  if (!is_container(value)) return write_scalar(value, writer);
  const Node* type = node.type == Type::union_ ? container_branch(node, value) : &node;
  const auto* record = std::get_if<Record>(&value.data);
  const auto* map = std::get_if<Map>(&value.data);
  const auto* array = std::get_if<Array>(&value.data);
  if (record && type && type->type == Type::record) return write_record(*type, *record, writer);
  if (map && type && type->type == Type::map) return write_map(*type, *map, writer);
  if (array && type && type->type == Type::array) return write_array(*type, *array, writer);
  writer.value(nullptr);
}

}  // namespace

void write_json(const Schema& schema, const Value& value, json::Writer& writer) {
  write(schema.root(), value, writer);
}

Result<> append_json(const Schema& schema, std::string_view datum, std::string& out) {
  EFD_ASSIGN(Value value, decode(schema, datum));
  json::Writer writer(out);
  write_json(schema, value, writer);
  return {};
}

}  // namespace efd::avro
